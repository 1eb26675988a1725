//! Pages of a list: one row more than a page holds is asked for, and tells that there are more.

/// How many rows to ask for.
pub(crate) fn asked(limit: u32) -> u32 {
    limit + 1
}

/// Cuts the rows down to a page. Gives its last row where there are more behind it.
pub(crate) fn cut<T>(rows: &mut Vec<T>, limit: u32) -> Option<&T> {
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    rows.last().filter(|_| more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_a_next_one_only_where_a_row_is_left() {
        for (rows, page, last) in [(0, 0, None), (2, 2, None), (3, 2, Some(1))] {
            let mut rows: Vec<u32> = (0..rows).collect();
            assert_eq!(cut(&mut rows, 2).copied(), last);
            assert_eq!(rows.len(), page);
        }
    }
}
