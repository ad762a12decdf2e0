//! Tells the owners of access tokens 7, 3 and 1 days before they end, by a direct message and by mail, and deletes those that ended
//! long ago.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::Result;

use crate::jobs::context::JobContext;
use crate::sessions::ExpiringToken;

pub(crate) fn run<'a>(job: &'a JobContext<'a>) -> BoxFuture<'a, Result<()>> {
    async move {
        loop {
            let expiring = job.jobs.sessions().expiring_tokens().await?;
            if expiring.is_empty() {
                break;
            }
            for one in &expiring {
                tell(job, one).await?;
            }
            job.renew().await?;
        }
        job.jobs.sessions().sweep_access_tokens(job.require_lease()).await
    }
    .boxed()
}

/// The message first: if the run ends before the warning is stored, it is repeated, and the message has the same key.
async fn tell(job: &JobContext<'_>, one: &ExpiringToken) -> Result<()> {
    let ExpiringToken { token, days, owner_id } = one;
    let key = format!("{}:{days}:{}", token.id, token.expires_at.0);
    job.jobs.findings().tell_person(&job.grant, *owner_id, key, &text(&token.description, *days)).await?;
    job.jobs.sessions().warn_of_expiry(one, job.require_lease()).await
}

fn text(description: &str, days: i64) -> String {
    let time = if days == 1 { "a day".to_owned() } else { format!("{days} days") };
    // A description is plain text; as code it mentions nobody.
    let description = description.replace('`', "'").split_whitespace().collect::<Vec<_>>().join(" ");
    format!(
        "Your access token `{description}` expires in less than {time}. Programs that use it are rejected from then on: rotate it, or \
         create another one, and give them the new secret."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_code_and_does_not_end_it() {
        let text = text("for `@all`\n# scripts", 1);
        assert!(text.starts_with("Your access token `for '@all' # scripts` expires in less than a day. "), "{text}");
    }
}
