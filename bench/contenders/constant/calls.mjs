export class Constant {
  constant() {
    return { method: "GET", path: "/" };
  }
}
