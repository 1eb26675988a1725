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

  d1Two() {
    return get("/d1-two");
  }
}

const get = (path) => ({ method: "GET", path });
