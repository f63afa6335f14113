//! How each vendor says no.

use super::*;

/// A vendor's path, a fault, and the answer: its status, some of its headers, and where in its body what
/// stands.
type Case = (
    &'static str,
    Fault,
    u16,
    &'static [(&'static str, &'static str)],
    &'static str,
    &'static str,
);

#[tokio::test]
async fn each_vendor_says_no_in_its_own_way() {
    let sandbox = Sandbox::start(&CATALOGUE).await.unwrap();
    let domain = sandbox_domain(&sandbox);
    let bigin = "zoho_bigin/api/www.zohoapis.eu/bigin/v2/org";
    let bigin_token = "zoho_bigin/oauth/accounts.zoho.eu/oauth/v2/token";
    let meeting = "zoho_meeting/api/meeting.zoho.eu/api/v2/user.json";
    let egnyte: &str = Box::leak(format!("egnyte/api/{domain}.egnyte.com/pubapi/v2/groups").into());
    let egnyte_token: &str =
        Box::leak(format!("egnyte/oauth/{domain}.egnyte.com/puboauth/token").into());
    let zesty = "zesty/accounts/accounts.api.zesty.io/v1/instances";
    let over_qps = ("x-mashery-error-code", "ERR_403_DEVELOPER_OVER_QPS");
    let headers: &[_] = Box::leak(Box::new([over_qps, ("retry-after", "1")]));
    let cases: [Case; 13] = [
        (
            bigin,
            Fault::Throttle,
            429,
            &[("x-api-credits-remaining", "0")],
            "/code",
            "TOO_MANY_REQUESTS",
        ),
        (bigin, Fault::DeadToken, 401, &[], "/code", "INVALID_TOKEN"),
        (
            bigin,
            Fault::RefuseScopes,
            401,
            &[],
            "/code",
            "OAUTH_SCOPE_MISMATCH",
        ),
        (
            bigin_token,
            Fault::Throttle,
            400,
            &[],
            "/error",
            "Access Denied",
        ),
        (meeting, Fault::Throttle, 429, &[], "", ""),
        (
            meeting,
            Fault::DeadToken,
            400,
            &[],
            "/error/message",
            "INVALID_OAUTHTOKEN",
        ),
        (
            egnyte,
            Fault::Throttle,
            403,
            headers,
            "",
            "<h1>Developer Over Qps</h1>",
        ),
        (egnyte, Fault::DeadToken, 401, &[], "/Errors/0/code", "401"),
        (
            egnyte,
            Fault::RefuseScopes,
            403,
            &[],
            "/Errors/0/code",
            "403",
        ),
        (
            egnyte_token,
            Fault::Throttle,
            409,
            &[("retry-after", "600")],
            "",
            "",
        ),
        (
            zesty,
            Fault::Throttle,
            429,
            &[("retry-after", "30")],
            "/error",
            "Too Many Requests",
        ),
        (zesty, Fault::DeadToken, 401, &[], "/error", "Unauthorized"),
        (
            zesty,
            Fault::RefuseScopes,
            403,
            &[],
            "/error",
            "Forbidden Action",
        ),
    ];
    for (path, fault, status, headers, place, said) in cases {
        let mut parts = path.splitn(4, '/');
        let (slug, vendor_path) = (parts.next().unwrap(), parts.nth(2).unwrap());
        let vendor_path = format!("/{vendor_path}");
        sandbox
            .inject(Injection::new(slug, fault).at(&vendor_path))
            .unwrap();
        let before = sandbox.request_count(slug);
        let url = format!("http://{}/{path}", sandbox.address());
        let request = match vendor_path.ends_with("/token") {
            true => client().post(url),
            false => client().get(url),
        };
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{path} {fault:?}");
        for (name, value) in headers {
            assert_eq!(answer.headers()[*name], value, "{path} {fault:?}");
        }
        if fault == Fault::RefuseScopes {
            assert!(!answer.headers().contains_key("x-mashery-error-code"));
        }
        let body = json_of(answer).await;
        assert_eq!(body.pointer(place), Some(&json!(said)), "{path} {fault:?}");
        assert_eq!(sandbox.request_count(slug), before + 1);
    }
    let unknown = sandbox.inject(Injection::new("zoho_meeting", Fault::RefuseScopes));
    assert_eq!(
        unknown,
        Err(InjectionError::Unknown("zoho_meeting".to_owned()))
    );
    let without = sandbox.inject(Injection::new("zesty", Fault::EndRefreshTokens));
    assert_eq!(without, Err(InjectionError::Unknown("zesty".to_owned())));
}
