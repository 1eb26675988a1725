//! argon2id as the service calls it (`src/rules/password.rs`): one lane, its memory kept between calls.

use std::cell::Cell;

use argon2::{Algorithm, Argon2, Block, Params, Version};

thread_local! {
    static MEMORY: Cell<Vec<Block>> = const { Cell::new(Vec::new()) };
}

/// Four bytes of the hash, or 0 where there is none of this shape. Each `salt` is another's password.
#[no_mangle]
pub extern "C" fn hash(memory_kib: u32, passes: u32, salt: u32) -> u32 {
    let Ok(params) = Params::new(memory_kib, passes, 1, Some(32)) else {
        return 0;
    };
    let mut memory = MEMORY.take();
    memory.resize(params.block_count().max(memory.len()), Block::default());
    let mut output = [0; 32];
    let salt = [salt.to_le_bytes(); 4].concat();
    let result = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(b"correct horse battery staple", &salt, &mut output, &mut memory[..]);
    MEMORY.set(memory);
    match result {
        Ok(()) => u32::from_le_bytes([output[0], output[1], output[2], output[3]]),
        Err(_) => 0,
    }
}
