//! Every URL of the service: method, path, token, what it is asked with, what it answers, and
//! who does it.

mod account;
mod audit;
mod client;
mod contact;
mod custody;
mod dev;
mod dev_kyc;
mod erase;
mod export;
mod health;
mod kyc;
mod login;
mod moves;
mod oauth;
mod oauth_tokens;
mod otp;
mod partner;
mod partners;
mod password;
mod portfolio;
mod recovery;
mod refresh;
mod resend;
pub(crate) mod row;
mod session;
mod sign_up;
mod user;

use self::row::routes;
use crate::wire;
use crate::wire::account::{Account, ListPortfolios, OfAccount, OpenAccount, PortfolioPage};
use crate::wire::client::{
    ClientCreated, ClientPage, CreateClient, ListClients, OfClient, ReplaceSecret, SecretRotated,
};
use crate::wire::common::Nothing;
use crate::wire::contact::{
    ChangeEmail, ChangePhone, EmailChallenge, GiveEmail, GivePhone, PhoneChallenges,
};
use crate::wire::erase::Erase;
use crate::wire::export::{ExportOf, ExportOwn, PersonExport};
use crate::wire::health::{AskHealth, Health};
use crate::wire::moves::{MovePartner, PartnerMove};
use crate::wire::oauth::{AccessToken, Introspection, Jwks, Metadata, OAuthRequest, Revoked};
use crate::wire::otp::{CodeAnswer, CodeAnswered, Resend, Resent};
use crate::wire::partner::{ChangeOfPartner, ChangeOwn, OfPartner, Partner};
use crate::wire::partners::{ListPartners, PartnerPage};
use crate::wire::password::{
    ChangeKnown, ChangePassword, ForgetByBody, ForgetByQuery, PasswordTaken, ResetBegun,
};
use crate::wire::recovery::{MakeCodes, RecoveryCodes, RecoveryCodesLeft};
use crate::wire::session::{Logout, OfSession, Sessions};
use crate::wire::user::{FindUser, OfUser, User as UserObject};

routes! {
    "GET"    "/healthz"                                Public AskHealth => Health,                                  health::get;
    "GET"    "/.well-known/jwks.json"                  Public () => Jwks,                                           oauth::jwks;
    "GET"    "/.well-known/oauth-authorization-server" Public () => Metadata,                                       oauth::metadata;
    "POST"   "/oauth2/token"                           OAuth OAuthRequest => AccessToken,                          oauth::token;
    "POST"   "/oauth2/introspect"                      OAuth OAuthRequest => Introspection,                        oauth_tokens::introspect;
    "POST"   "/oauth2/revoke"                          OAuth OAuthRequest => Revoked,                              oauth_tokens::revoke;
    "POST"   "/v1/user/sign-up"                        Client wire::sign_up::SignUp => UserObject,                  sign_up::post;
    "POST"   "/v1/user/login"                          LogsIn wire::login::Login => wire::login::LoginChallenge,    login::post;
    "POST"   "/v1/user/otp"                            Client CodeAnswer => CodeAnswered,                           otp::post;
    "POST"   "/v1/user/otp/resend"                     Client Resend => Resent,                                     resend::post;
    "POST"   "/v1/user/refresh"                        Client wire::refresh::Refresh => wire::refresh::Tokens,      refresh::post;
    "GET"    "/v1/user/forget-password"                Client ForgetByQuery => ResetBegun,                          password::forget_get;
    "POST"   "/v1/user/forget-password"                Client ForgetByBody => ResetBegun,                           password::forget_post;
    "PUT"    "/v1/user/change-password"                Client ChangePassword => PasswordTaken,                      password::change;
    "POST"   "/v1/user/password"                       User ChangeKnown => Nothing,                                 password::change_known;
    "POST"   "/v1/user/email/verify"                   User () => EmailChallenge,                                   contact::verify_email;
    "POST"   "/v1/user/email"                          User ChangeEmail => EmailChallenge,                          contact::change_email;
    "POST"   "/v1/user/phone"                          User ChangePhone => PhoneChallenges,                         contact::change_phone;
    "POST"   "/v1/user/recovery-codes"                 User MakeCodes => RecoveryCodes,                             recovery::make;
    "GET"    "/v1/user/recovery-codes"                 User () => RecoveryCodesLeft,                                recovery::left;
    "GET"    "/v1/user/me"                             User () => UserObject,                                       user::me;
    "POST"   "/v1/user/logout"                         User Logout => Nothing,                                      session::logout;
    "GET"    "/v1/user/sessions"                       User () => Sessions,                                         session::list;
    "DELETE" "/v1/user/sessions/{sessionId}"           User OfSession => Nothing,                                   session::end;
    "GET"    "/v1/user/export"                         User ExportOwn => PersonExport,                              export::own;
    "POST"   "/v1/user/erase"                          User Erase => Nothing,                                       erase::by_themselves;
    "GET"    "/v1/user"                                UsersRead FindUser => UserObject,                            user::find;
    "GET"    "/v1/user/{userId}"                       Reader OfUser => UserObject,                                 user::get;
    "DELETE" "/v1/user/{userId}"                       RecoveryWrite OfUser => Nothing,                             erase::by_partner;
    "GET"    "/v1/user/{userId}/export"                UsersRead ExportOf => PersonExport,                          export::of_user;
    "POST"   "/v1/user/{userId}/unlock"                UsersWrite OfUser => Nothing,                                    user::unlock;
    "POST"   "/v1/user/{userId}/disable"               UsersWrite OfUser => Nothing,                                    user::disable;
    "POST"   "/v1/user/{userId}/enable"                UsersWrite OfUser => Nothing,                                    user::enable;
    "POST"   "/v1/user/{userId}/email"                 RecoveryWrite GiveEmail => Nothing,                          contact::give_email;
    "POST"   "/v1/user/{userId}/phone"                 RecoveryWrite GivePhone => Nothing,                          contact::give_phone;
    "POST"   "/v1/account"                             Client OpenAccount => Account,                               account::post;
    "POST"   "/v1/account/portfolio"                   Client wire::portfolio::OpenPortfolio => Account,            portfolio::post;
    "GET"    "/v1/account/{accountId}"                 Reader OfAccount => Account,                                 account::get;
    "GET"    "/v1/account/{accountId}/portfolios"      Reader ListPortfolios => PortfolioPage,                      account::portfolios;
    "GET"    "/v1/audit"                               Auditor wire::audit::ListAudit => wire::audit::AuditPage,     audit::list;
    "GET"    "/v1/audit/archive/{day}"                 Auditor wire::audit::OfDay => wire::audit::AuditDay,         audit::day;
    "GET"    "/v1/custody/export"                      Auditor wire::custody::ExportCustody => wire::custody::CustodyExport, custody::export;
    "GET"    "/v1/custody/lost"                        Admin wire::custody::ListLost => wire::custody::CustodyLost,  custody::lost;
    "POST"   "/v1/kyc/webhook"                         Public wire::kyc::KycWebhook => wire::kyc::KycTaken,         kyc::webhook;
    "POST"   "/v1/kyc/webhook/{partnerId}"             Public wire::kyc::KycWebhook => wire::kyc::KycTaken,         kyc::webhook;
    "GET"    "/v1/partner"                             Admin ListPartners => PartnerPage,                           partners::list;
    "GET"    "/v1/client"                              Admin ListClients => ClientPage,                             client::list;
    "POST"   "/v1/client"                              Admin CreateClient => ClientCreated,                         client::post;
    "POST"   "/v1/client/{clientId}/secret"            Admin ReplaceSecret => SecretRotated,                        client::replace_secret;
    "DELETE" "/v1/client/{clientId}"                   Admin OfClient => Nothing,                                   client::delete;
    "GET"    "/v1/partner/settings"                    SettingsWrite () => Partner,                                 partner::own;
    "PUT"    "/v1/partner/settings"                    SettingsWrite ChangeOwn => Partner,                          partner::change_own;
    "GET"    "/v1/partner/{partnerId}/settings"        Admin OfPartner => Partner,                                  partner::get;
    "PUT"    "/v1/partner/{partnerId}/settings"        Admin ChangeOfPartner => Partner,                            partner::change;
    "POST"   "/v1/partner/{partnerId}/move"            Admin MovePartner => PartnerMove,                            moves::post;
    "GET"    "/v1/partner/{partnerId}/move"            Admin OfPartner => PartnerMove,                              moves::get;
    "DELETE" "/v1/partner/{partnerId}/move"            Admin OfPartner => PartnerMove,                              moves::give_up;
    "GET"    "/dev/outbox"                             Public wire::dev::ListOutbox => wire::dev::Outbox,           dev::outbox;
    "POST"   "/dev/kyc-event"                          Public wire::dev_kyc::KycEventToSign => wire::dev_kyc::SignedKycEvent, dev_kyc::sign_event;
}
