//! Tokens that a ring of keys has found valid: a signature is checked once an isolate, its times at every
//! call. It belongs to its ring, so what one key said is never asked of another.

use std::cell::RefCell;
use std::collections::HashMap;
use std::mem;

use sha2::{Digest as _, Sha256};

use super::Sound;

/// Of a generation. There are two, so that at most twice as many are kept.
const REMEMBERED: usize = 500;

/// SHA-256 of the whole token, signature and all: who cannot make a second token with the same digest
/// finds here what they could show anyway.
type Digest = [u8; 32];

pub(super) fn digest(token: &str) -> Digest {
    Sha256::digest(token).into()
}

#[derive(Default)]
pub(super) struct Memory(RefCell<Generations>);

/// What is asked for moves to the younger; where that is full it becomes the elder, and the elder is
/// forgotten. Whoever shows a thousand tokens of their own makes others' signatures be checked again.
#[derive(Default)]
struct Generations {
    younger: HashMap<Digest, Sound>,
    elder: HashMap<Digest, Sound>,
}

impl Memory {
    pub(super) fn get(&self, digest: &Digest) -> Option<Sound> {
        let mut generations = self.0.borrow_mut();
        if let Some(sound) = generations.younger.get(digest) {
            return Some(sound.clone());
        }
        let sound = generations.elder.remove(digest)?;
        generations.insert(*digest, sound.clone());
        Some(sound)
    }

    pub(super) fn insert(&self, digest: Digest, sound: Sound) {
        self.0.borrow_mut().insert(digest, sound);
    }

    pub(super) fn forget(&self, digest: &Digest) {
        let mut generations = self.0.borrow_mut();
        generations.younger.remove(digest);
        generations.elder.remove(digest);
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        let generations = self.0.borrow();
        generations.younger.len() + generations.elder.len()
    }
}

impl Generations {
    fn insert(&mut self, digest: Digest, sound: Sound) {
        if self.younger.len() >= REMEMBERED {
            self.elder = mem::take(&mut self.younger);
        }
        self.younger.insert(digest, sound);
    }
}
