// Makes two-partners.txt: addresses and encryption keys of two partners' extended keys at random indices, by ethers,
// each compared with viem's. Neither is a dependency of this project (together they are 100 MB), and the file is
// the same whenever it is made, so in a folder of its own:
//
//   cp tests/vectors/two-partners.mjs /tmp/vectors/ && cd /tmp/vectors
//   npm install ethers@6.17.0 viem@2.57.20
//   node two-partners.mjs > two-partners.txt
import { createHash, ECDH } from "node:crypto";
import { HDNodeWallet } from "ethers";
import { HDKey, publicKeyToAddress } from "viem/accounts";

const INDICES = 1_000;
const HARDENED = 2 ** 31;
const ACCOUNTS = { addresses: "m/44'/60'/0'", encryption: "m/44'/60'/1'" };

const digest = (...words) => createHash("sha256").update(words.join("\0")).digest();

/** Both ends of the range, and random ones between them, each once. */
function indices(partner) {
  const drawn = new Set([0, HARDENED - 1]);
  for (let n = 0; drawn.size < INDICES; n++) drawn.add(digest("index", partner, n).readUInt32BE() % HARDENED);
  return [...drawn];
}

function childByEthers(extendedKey, branch) {
  const node = HDNodeWallet.fromExtendedKey(extendedKey).deriveChild(branch);
  return (index) => node.deriveChild(index);
}

function childByViem(extendedKey, branch) {
  const node = HDKey.fromExtendedKey(extendedKey).deriveChild(branch);
  return (index) => node.deriveChild(index);
}

function agreed(one, other) {
  if (one !== other) throw new Error(`ethers says ${one}, viem ${other}`);
  return one;
}

/** viem wants the point in full, which OpenSSL gives. */
function addressByViem({ publicKey }) {
  return publicKeyToAddress(`0x${ECDH.convertKey(publicKey, "secp256k1", undefined, "hex", "uncompressed")}`);
}

console.log("# Made by two-partners.mjs with ethers 6.17.0, each compared with viem 2.57.20.");
console.log("# A line: index, the address 0/index of the first key, the encryption key 1/index of the second, without 0x.");
for (const partner of ["one", "other"]) {
  const root = HDNodeWallet.fromSeed(Buffer.concat([digest("seed", partner, 0), digest("seed", partner, 1)]));
  const keys = Object.values(ACCOUNTS).map((path) => root.derivePath(path).neuter().extendedKey);
  console.log(["partner", ...keys].join(" "));
  const [addresses, addressesByViem] = [childByEthers(keys[0], 0), childByViem(keys[0], 0)];
  const [encryption, encryptionByViem] = [childByEthers(keys[1], 1), childByViem(keys[1], 1)];
  for (const index of indices(partner)) {
    const address = agreed(addresses(index).address, addressByViem(addressesByViem(index)));
    const key = agreed(encryption(index).publicKey.slice(2), Buffer.from(encryptionByViem(index).publicKey).toString("hex"));
    console.log([index, address.slice(2), key].join(" "));
  }
}
