// The steps in their order: what each is called, when it is done, and what it waits for.
import { ClientToken } from "./steps/client-token.jsx";
import { SignUp } from "./steps/sign-up.jsx";
import { Login } from "./steps/login.jsx";
import { Code } from "./steps/code.jsx";
import { Tokens } from "./steps/tokens.jsx";
import { Kyc } from "./steps/kyc.jsx";
import { Portfolio } from "./steps/portfolio.jsx";
import { Sessions } from "./steps/sessions.jsx";
import { Refresh } from "./steps/refresh.jsx";
import { Email } from "./steps/email.jsx";
import { NewNumber } from "./steps/new-number.jsx";
import { LostPhone } from "./steps/lost-phone.jsx";
import { Word } from "./steps/word.jsx";
import { Reset } from "./steps/reset.jsx";
import { Logout } from "./steps/logout.jsx";
import { Settings } from "./steps/settings.jsx";
import { Person } from "./steps/person.jsx";

const aUser = ({ user }) => !user && "First somebody is signed up: step 2.";
const aSession = ({ user, session, opened }) => {
  if (session) return false;
  if (opened) return "The session is over. Log in again: step 3.";
  return user ? "First the customer logs in: steps 3 and 4." : aUser({ user });
};

export const STEPS = [
  { id: "client", short: "Client", title: "The partner's server gets a token", Card: ClientToken, done: ({ clientToken }) => clientToken },
  { id: "sign-up", short: "Sign-up", title: "A customer signs up", Card: SignUp, done: ({ user }) => user,
    needs: ({ clientToken }) => !clientToken && "First the client gets its token: step 1." },
  { id: "login", short: "Login", title: "Log in: the password", Card: Login, done: ({ challenge, opened }) => challenge || opened, needs: aUser },
  { id: "code", short: "Code", title: "Log in: the code", Card: Code, done: ({ challenge, opened }) => opened && !challenge,
    needs: ({ user, challenge }) => aUser({ user }) || (!challenge && "First the password: step 3 sends the code.") },
  { id: "tokens", short: "Tokens", title: "Read and verify the tokens", Card: Tokens, done: ({ examined }) => examined, needs: aSession },
  { id: "kyc", short: "KYC", title: "The KYC provider says who it is", Card: Kyc, done: ({ kyc }) => kyc, needs: aUser },
  { id: "portfolio", short: "Portfolio", title: "Open a portfolio", Card: Portfolio, done: ({ portfolio }) => portfolio, needs: aUser },
  { id: "sessions", short: "Sessions", title: "See the sessions", Card: Sessions, done: ({ listed }) => listed, needs: aSession },
  { id: "refresh", short: "Refresh", title: "Refresh twice at once", Card: Refresh, done: ({ successor }) => successor, needs: aSession },
  // Before the reset, after which they are shut for a day.
  { id: "email", short: "E-mail", title: "Prove the e-mail, and change it", Card: Email, done: ({ email }) => email?.changed, needs: aSession },
  { id: "number", short: "Number", title: "Change the number", Card: NewNumber, done: ({ moved }) => moved, needs: aSession },
  { id: "lost", short: "Lost phone", title: "“I lost my phone”: a code from paper", Card: LostPhone, done: ({ found }) => found,
    needs: ({ recoveryCodes, ...known }) => !recoveryCodes && aSession(known) },
  { id: "word", short: "Partner's word", title: "“I lost my phone”: the partner's word", Card: Word, done: ({ word }) => word?.isBack,
    needs: aUser },
  { id: "reset", short: "Reset", title: "Recover a lost password", Card: Reset,
    done: ({ resets }) => resets?.code && resets?.password,
    needs: ({ user, opened }) => aUser({ user }) || (!opened && "A reset goes to a number that was proven: log in once, steps 3 and 4.") },
  { id: "logout", short: "Logout", title: "Log out", Card: Logout, done: ({ loggedOut }) => loggedOut,
    needs: ({ user, opened }) => !opened && aSession({ user }) },
  { id: "settings", short: "Settings", title: "What is a partner's own", Card: Settings, done: ({ own }) => own },
  // The last: whoever is erased takes no step more.
  { id: "person", short: "Person", title: "Find the customer, and let them go", Card: Person, done: ({ erased }) => erased, needs: aUser },
];
