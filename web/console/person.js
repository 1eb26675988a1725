// Somebody who does not exist: numbers of +1 555 are nobody's.

const FIRST = ["Ada", "Grace", "Mary", "Edith", "Hedy", "Emmy", "Radia", "Joan"];

export const somePhoneNumber = () => `+1555${2_000_000 + (random() % 8_000_000)}`;
export const someEmail = (name) => `${name.toLowerCase()}.${random().toString(36)}@example.com`;

export function somebody() {
  const name = FIRST[random() % FIRST.length];
  return {
    name,
    surname: "Example",
    phoneNumber: somePhoneNumber(),
    email: someEmail(name),
    password: "correct horse battery staple",
  };
}

function random() {
  return crypto.getRandomValues(new Uint32Array(1))[0];
}
