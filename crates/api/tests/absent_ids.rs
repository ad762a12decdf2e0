//! Ids that name nothing: administrators are told, to others it is the same as what they may not see.

use guildhall_testkit::TestServer;

#[tokio::test]
async fn administrators_are_told_that_there_is_nothing() {
    let server = TestServer::start().await;
    let (root, bob) = (server.create_user("root").await, server.create_user("bob").await);
    let local = server.local_administrator();
    for (path, code) in [
        ("/channels/absentabsentabsentabsent00", "app.channel.get.existing.app_error"),
        ("/channels/absentabsentabsentabsent00/members", "app.channel.get.existing.app_error"),
        ("/teams/absentabsentabsentabsent00", "app.team.get.find.app_error"),
        ("/teams/absentabsentabsentabsent00/members", "app.team.get.find.app_error"),
        ("/files/absentabsentabsentabsent00/info", "app.file_info.get.app_error"),
    ] {
        root.get(path).await.assert_error(404, code);
        bob.get(path).await.assert_error(403, "api.context.permissions.app_error");
    }
    local.get("/channels/absentabsentabsentabsent00").await.assert_error(404, "app.channel.get.existing.app_error");
    // What is there, and hidden, is no less hidden.
    let ada = server.create_user("ada").await;
    let team = ada.create_team("crew").await;
    let secret = ada.create_channel(&team, "secret", "P").await;
    let path = format!("/channels/{}", secret["id"].as_str().unwrap());
    bob.get(&path).await.assert_error(403, "api.context.permissions.app_error");
    assert_eq!(root.get(&path).await.status, 200);
}
