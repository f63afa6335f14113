//! The typed clients, against the simulated vendors.

use toolwright::runtime::account::Credential;
use toolwright::runtime::client::Client;
use toolwright::runtime::error::ErrorKind;
use toolwright::runtime::table::Integration;
use toolwright::{CATALOGUE, egnyte, zesty, zoho_bigin, zoho_meeting};
use toolwright_server::sandbox::Sandbox;

async fn client(sandbox: &Sandbox, integration: &'static Integration) -> Client {
    let account = sandbox
        .accounts()
        .into_iter()
        .find(|a| a.integration.slug == integration.slug);
    let account = account.expect("every integration has a simulated vendor");
    let connection = integration
        .connection
        .iter()
        .filter_map(|field| Some((field.name, account.connection.get(field.name).cloned()?)))
        .map(|(name, value)| (name, Some(value)))
        .collect::<Vec<_>>();
    let mut client = Client::new(integration, connection, account.credential).expect("a client");
    for upstream in sandbox.upstreams() {
        if upstream.integration == integration.slug {
            client = client
                .with_upstream(upstream.host, &upstream.url)
                .expect("an upstream");
        }
    }
    client
}

#[tokio::test]
async fn one_record_and_its_views() {
    let sandbox = Sandbox::start(&CATALOGUE).await.unwrap();
    let zesty = zesty::Client::from(client(&sandbox, &zesty::tables::INTEGRATION).await);
    let page = zesty
        .list_all_zesty_instances(zesty::ListAllZestyInstances {
            limit: Some(1),
            ..Default::default()
        })
        .await
        .unwrap();
    let instance = &page.result[0];
    let id = instance.zuid().expect("a ZUID").to_owned();
    let same = zesty
        .get_single_zesty_instance_by_id(zesty::GetSingleZestyInstanceById { id })
        .await
        .unwrap();
    assert_eq!(same.name(), instance.name());
    assert_eq!(same.raw(), instance.raw());
    assert!(page.next_cursor.is_some());
}

#[tokio::test]
async fn pages_are_a_stream() {
    let sandbox = Sandbox::start(&CATALOGUE).await.unwrap();
    let bigin = zoho_bigin::Client::from(client(&sandbox, &zoho_bigin::tables::INTEGRATION).await);
    let arguments = zoho_bigin::ListAllZohoBiginUsers {
        limit: Some(150),
        ..Default::default()
    };
    let mut pages = bigin.list_all_zoho_bigin_users(arguments).pages();
    let mut ids = std::collections::BTreeSet::new();
    let mut rows = 0;
    while let Some(page) = pages.next().await {
        for user in page.unwrap().result {
            rows += 1;
            ids.insert(user.id().expect("an id").to_owned());
        }
    }
    assert!(rows > 300, "several pages");
    assert_eq!(ids.len(), rows, "each row comes once");
}

#[tokio::test]
async fn errors_answer_questions() {
    let sandbox = Sandbox::start(&CATALOGUE).await.unwrap();
    let egnyte = egnyte::Client::from(client(&sandbox, &egnyte::tables::INTEGRATION).await);
    let missing = egnyte::GetSingleEgnyteUserById {
        id: "999999999999".to_owned(),
    };
    let error = egnyte
        .get_single_egnyte_user_by_id(missing)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.status()),
        (ErrorKind::NotFound, Some(404))
    );
    assert!(!error.is_rate_limited());
    assert!(
        error
            .body
            .as_deref()
            .is_some_and(|body| body.contains("999999999999")),
        "the body is kept"
    );
    assert_eq!(error.rate_limit().limit, Some(2));

    let name = egnyte::GetSingleEgnyteUserById {
        id: "jsmith".to_owned(),
    };
    let error = egnyte.get_single_egnyte_user_by_id(name).await.unwrap_err();
    assert_eq!(
        (error.kind, error.status()),
        (ErrorKind::InvalidArgument, None),
        "nothing was sent"
    );
}

#[tokio::test]
async fn a_wrong_token_is_unauthorized_and_stays_out_of_the_error() {
    let sandbox = Sandbox::start(&CATALOGUE).await.unwrap();
    let secret = "not-the-right-token";
    let mut client = Client::new(
        &zesty::tables::INTEGRATION,
        [],
        Credential::Token(secret.to_owned().into()),
    )
    .unwrap();
    for upstream in sandbox
        .upstreams()
        .iter()
        .filter(|upstream| upstream.integration == "zesty")
    {
        client = client.with_upstream(upstream.host, &upstream.url).unwrap();
    }
    let error = zesty::Client::from(client)
        .list_all_zesty_instances(zesty::ListAllZestyInstances::default())
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unauthorized);
    assert!(!format!("{error} {error:?}").contains(secret));
}

#[tokio::test]
async fn what_the_vendor_tells_of_the_account_is_asked_once() {
    let sandbox = Sandbox::start(&CATALOGUE).await.unwrap();
    let meeting = client(&sandbox, &zoho_meeting::tables::INTEGRATION).await;
    let meeting = zoho_meeting::Client::from(meeting);
    for _ in 0..3 {
        meeting
            .list_all_zoho_meeting_departments(Default::default())
            .await
            .unwrap();
    }
    let asked = sandbox
        .requests()
        .iter()
        .filter(|request| request.path.ends_with("/user.json"))
        .count();
    assert_eq!(asked, 1);
}

#[tokio::test]
async fn what_stands_in_no_url_of_a_call_is_not_asked_for() {
    let sandbox = Sandbox::start(&CATALOGUE).await.unwrap();
    let bigin = client(&sandbox, &zoho_bigin::tables::INTEGRATION).await;
    let bigin = zoho_bigin::Client::from(bigin);
    bigin
        .list_all_zoho_bigin_roles(Default::default())
        .await
        .unwrap();
    let requests = sandbox.requests();
    let paths: Vec<&str> = requests.iter().map(|request| &*request.path).collect();
    assert_eq!(paths, ["/bigin/v2/settings/roles"]);
}
