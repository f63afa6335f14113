//! A PostgreSQL database in which somebody else holds a lock.

mod postgres {
    use std::time::{Duration, Instant};

    use serde_json::Value;
    use tokio_postgres::NoTls;

    use crate::contract::Installation;

    #[tokio::test]
    #[ignore = "needs PostgreSQL, which tests/run starts"]
    async fn a_lock_that_somebody_holds_is_not_waited_for_forever() {
        let installation = Installation::postgres().await;
        let node = installation.node().await;
        let url = installation.database_url.as_deref().unwrap();
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        tokio::spawn(connection);
        let lock = "BEGIN; LOCK TABLE integrated_account";
        client.batch_execute(lock).await.unwrap();
        let started = Instant::now();
        let start = "GET /integrated-account";
        node.expect(503, start, Value::Null).await;
        assert!(started.elapsed() < Duration::from_secs(8));
        client.batch_execute("ROLLBACK").await.unwrap();
        node.expect(200, start, Value::Null).await;
    }
}
