// Somebody who does not exist: numbers of +1 555 are nobody's.

const FIRST = ["Ada", "Grace", "Mary", "Edith", "Hedy", "Emmy", "Radia", "Joan"];

export function somebody() {
  const [first, tail, number] = crypto.getRandomValues(new Uint32Array(3));
  const name = FIRST[first % FIRST.length];
  return {
    name,
    surname: "Example",
    phoneNumber: `+1555${2_000_000 + (number % 8_000_000)}`,
    email: `${name.toLowerCase()}.${tail.toString(36)}@example.com`,
    password: "correct horse battery staple",
  };
}
