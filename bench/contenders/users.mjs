// Made-up people. Each number is in a block of its own: gatehouse counts what is sent to a block of a thousand.
let run = Date.now() % 1e6;

export function users() {
  const ours = run++;
  let made = 0;
  return {
    next() {
      const n = made++;
      // Never a 0 after the calling code, which is no number's.
      const block = 1e8 + ((ours * 10_000 + n) % 9e8);
      return { phone: `+882${block}000`, email: `user-${ours}-${n}@example.com`, password: "correct horse battery staple" };
    },
  };
}
