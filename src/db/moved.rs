//! Which tables move with a partner (docs/decisions/moving.md): of each its columns, and what says whose a row is. The
//! statements that carry its rows are made of this, in `moved_sql`.

use crate::rules::custody::Branch;

/// A table of which a partner has rows. Columns are separated by spaces.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// Finds a row, in every home.
    pub(super) key: &'static str,
    /// In which order they are gone through, where it is not that of the key.
    pub(super) order: Option<&'static str>,
    /// All others that move.
    pub(super) columns: &'static str,
    pub(super) whose: Whose,
    pub(super) parent: Parent,
    /// What is read of a row instead of a column, or beside them.
    pub(super) reads: Option<(&'static str, &'static str)>,
    pub(super) makes_way: MakesWay,
    /// Of which rows both homes have the same.
    pub(super) settled: &'static str,
    /// The directory has rows of it about a partner that lives elsewhere, which nothing tells apart: they stay.
    pub(crate) stays_in_directory: bool,
    /// How many a page has: D1 takes two megabytes at once.
    pub(crate) at_once: u32,
}

/// What says whose a row is.
#[derive(Clone, Copy)]
pub(super) enum Whose {
    Partner,
    User,
    /// A home has a copy of it.
    Client,
    /// In rows of before, their user; those of before about nobody go along with any partner.
    Answer,
    /// And it is about no client and no partner: what the operator did is the directory's.
    Log,
}

/// Without which a row cannot be there.
#[derive(Clone, Copy)]
pub(super) enum Parent {
    None,
    User,
    Account,
}

/// Who may stand where a row comes to.
#[derive(Clone, Copy)]
pub(super) enum MakesWay {
    Nobody,
    /// Whose e-mail or number another has by now: they have changed too, and come again.
    Contacts,
    /// Of a custody index that is not claimed.
    Index(&'static str, Branch),
}

const TABLE: Table = Table {
    name: "",
    key: "id",
    order: None,
    columns: "",
    whose: Whose::Partner,
    parent: Parent::None,
    reads: None,
    makes_way: MakesWay::Nobody,
    settled: "TRUE",
    stays_in_directory: false,
    at_once: 400,
};

/// Parents first.
pub(crate) const TABLES: [Table; 21] = [
    Table {
        name: "users",
        columns: "partner_id email phone password_hash roles status status_at name surname address credential_epoch \
                  phone_verified_at hold_until disabled_at created_at unlocked_at unlocked_by claimed_phone name_at \
                  surname_at address_at locale erased_at withdrawals_held_until email_verified_at reset_at \
                  phone_given_at",
        makes_way: MakesWay::Contacts,
        // An address may have as many bytes as a request.
        at_once: 100,
        ..TABLE
    },
    Table {
        name: "user_kyc",
        key: "user_id kind id",
        ..OF_USERS
    },
    Table {
        name: "notices",
        key: "user_id notice work_id",
        columns: "attempt_id at",
        ..OF_USERS
    },
    Table {
        name: "seen_clients",
        key: "user_id client_id",
        columns: "session_id",
        ..OF_USERS
    },
    Table {
        name: "recovery_codes",
        key: "user_id hash",
        columns: "key_id made_at",
        ..OF_USERS
    },
    // Without `trading_seq`, which is found again with its portfolio.
    Table {
        name: "accounts",
        key: "partner_id id",
        columns: "user_id email created_at portfolios",
        parent: Parent::User,
        ..TABLE
    },
    // Without `seq`, as portfolios: it is the home's own.
    Table {
        name: "account_keys",
        key: "partner_id account_id",
        columns: "sub_account_id custody_key encryption_key created_at key_index claimed_at",
        parent: Parent::Account,
        makes_way: MakesWay::Index("key_index", Branch::EncryptionKeys),
        settled: IS_CLAIMED,
        ..TABLE
    },
    // In the order in which they are listed.
    Table {
        name: "portfolios",
        key: "partner_id id",
        order: Some("partner_id account_id seq"),
        columns: "account_id name type custody_key public_address created_at address_index claimed_at",
        parent: Parent::Account,
        reads: Some(("is_trading", IS_TRADING)),
        makes_way: MakesWay::Index("address_index", Branch::Addresses),
        settled: IS_CLAIMED,
        ..TABLE
    },
    Table {
        name: "sessions",
        columns: "user_id partner_id client_id created_at current_hash rotated_at expires_at idle_expires_at \
                  revoked_at revoked_why refreshes amr",
        parent: Parent::User,
        at_once: OF_SHORT_ROWS,
        ..TABLE
    },
    Table {
        name: "challenges",
        columns: "root_id purpose partner_id subject user_id credential_epoch nonce created_at expires_at staged_hash \
                  code_ok_at consumed_at consumed_by stagings staging_id digits max_tries consecutive in_30_days \
                  in_365_days session_id contact former old_id",
        ..TABLE
    },
    Table {
        name: "answers",
        columns: "root_id subject purpose is_right at forgiven_at partner_id",
        whose: Whose::Answer,
        at_once: OF_SHORT_ROWS,
        ..TABLE
    },
    Table {
        name: "throttles",
        key: "subject",
        columns: "failures blocked_until attempt_id updated_at partner_id",
        ..TABLE
    },
    Table {
        name: "sends",
        columns: "challenge_id partner_id phone prefix purpose at outcome refusal work_id share messages",
        at_once: OF_SHORT_ROWS,
        ..TABLE
    },
    Table {
        name: "partner_sends",
        key: "partner_id share starts_at",
        columns: "count",
        ..TABLE
    },
    Table {
        name: "contact_holds",
        key: "partner_id contact",
        columns: "held_until",
        ..TABLE
    },
    Table {
        name: "idempotent_requests",
        columns: "body_mac nonce made_at attempt_id leased_until status answer partner_id",
        // An answer has up to eleven kilobytes, sealed.
        at_once: 100,
        ..TABLE
    },
    Table {
        name: "idempotency_days",
        key: "partner_id day",
        columns: "requests bytes",
        ..TABLE
    },
    Table {
        name: "webhook_events",
        columns: "at taken_by partner_id",
        ..TABLE
    },
    Table {
        name: "client_failures",
        key: "client_id",
        columns: "hour failures alarmed_by",
        whose: Whose::Client,
        ..TABLE
    },
    Table {
        name: "audit",
        key: "partner_id id",
        columns: "at client_id user_id event outcome request_id target_client_id target_partner_id session_id refreshes \
                  refreshed_at reason",
        whose: Whose::Log,
        at_once: OF_SHORT_ROWS,
        ..TABLE
    },
    // The object stays in the bucket where it was written.
    Table {
        name: "archived",
        key: "partner_id first_id",
        columns: "last_id entries object home",
        reads: Some(("home", "COALESCE(r.home, :at)")),
        stays_in_directory: true,
        ..TABLE
    },
];

const OF_USERS: Table = Table {
    whose: Whose::User,
    parent: Parent::User,
    ..TABLE
};

/// One that is not may have another index in each home, and was shown to nobody.
const IS_CLAIMED: &str = "r.claimed_at IS NOT NULL";

/// Of rows that have no text of a partner's, or little: the `reason` of an audit row has 200 characters.
const OF_SHORT_ROWS: u32 = 1_000;

const IS_TRADING: &str = "EXISTS (SELECT 1 FROM accounts a WHERE a.partner_id = r.partner_id AND a.id = r.account_id AND a.trading_seq = r.seq)";
