export class Bindings {
  limit() {
    return get("/limit");
  }

  d1() {
    return get("/d1");
  }

  kvRead() {
    return get("/kv-read");
  }

  kvWrite() {
    return get("/kv-write");
  }

  limitAndD1() {
    return get("/limit-and-d1");
  }
}

const get = (path) => ({ method: "GET", path });
