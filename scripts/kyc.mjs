// The KYC provider's word on a user of the local service, signed there and posted as the provider would:
//   make kyc USER=usr_... STATUS=VERIFIED [REASON="why"] [GIVEN_NAME=Ada] [SURNAME=Lovelace]
import { good, kyc, service, shown } from "./local.mjs";
import { given, main, Stop } from "./main.mjs";

await main(async () => {
  given();
  // Every shell has a USER: only one of ours counts.
  const { USER: userId = "", STATUS: status, REASON: reason, GIVEN_NAME: name, SURNAME: surname } = process.env;
  if (!userId.startsWith("usr_")) throw new Stop("USER is the user's id: make kyc USER=usr_... STATUS=VERIFIED");
  if (!status) throw new Stop(`STATUS is missing: make kyc USER=${userId} STATUS=VERIFIED`);
  const reply = good(await kyc(service().url, { userId, status, reason, name, surname }));
  const { applied, status: now } = reply.json.data;
  const why = applied ? "" : " The event changed nothing: what was said before it counts.";
  process.stdout.write(`${shown(reply)}\n${userId} is ${now}.${why}\n`);
});
