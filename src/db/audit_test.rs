//! The list since a moment: every row of then and later, also of a request that began a day before.

use super::audit::{self, Page};
use super::limits_test::World;
use crate::rules::id::{AuditId, PartnerId, UserId};
use crate::rules::limits::IDEMPOTENCY_KEPT;
use crate::rules::time::Time;

const NOW: Time = Time::from_millis(1_752_157_186_359);

#[test]
fn a_row_of_a_request_that_was_taken_up_again_is_found_since_then() {
    let world = World::new();
    let (partner, user): (PartnerId, UserId) = (PartnerId::given("p"), UserId::given("u"));
    let moment = std::time::Duration::from_millis(1);
    // A key is taken up again for less than a day.
    let at = NOW + IDEMPOTENCY_KEPT - moment;
    let id = format!("{}1", &AuditId::floor(NOW).as_str()[..39]);
    let sql = "INSERT INTO audit (id, at, partner_id, user_id, event, outcome, request_id)
               VALUES (?1, ?2, 'p', 'u', 'login.code', 'right', 'r')";
    world.db.execute(sql, (&id, at.millis())).unwrap();
    let found = |user_id, since, after: &str| {
        let page = Page {
            partner_id: &partner,
            user_id,
            after,
            since,
            most: 10,
        };
        world.counted(&audit::list(&page))
    };
    for user_id in [None, Some(&user)] {
        assert_eq!(found(user_id, at, ""), 1);
        assert_eq!(found(user_id, at + moment, ""), 0);
        // The later of the two decides.
        assert_eq!(found(user_id, at, &id), 0);
        let before = AuditId::floor(NOW);
        assert_eq!(found(user_id, at, before.as_str()), 1);
        assert_eq!(found(user_id, Time::from_millis(0), ""), 1);
    }
}
