// A run of the cron on the local service, where none runs by itself; deployed there is one a minute: make cron
import { ask, service } from "./local.mjs";
import { given, main, Stop } from "./main.mjs";

await main(async () => {
  given();
  const { url } = service();
  const begun = Date.now();
  const reply = await ask(url, "GET", "/cdn-cgi/local/scheduled");
  if (reply.status !== 200) throw new Stop(`the run failed (${reply.status} ${reply.text.trim()}): the terminal of 'make dev' says why`);
  const seconds = ((Date.now() - begun) / 1000).toFixed(1);
  process.stdout.write(`a run of the cron is over, after ${seconds} s; the terminal of 'make dev' says what it did\n`);
});
