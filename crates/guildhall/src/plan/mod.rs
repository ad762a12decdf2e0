//! `guildhall apply`: a plan declares settings, users, teams, channels and integrations, and is compared with the server.
//! What it names is made or changed; nothing else is touched, and nothing is deleted. Applied again it changes nothing, so
//! that an interrupted run is completed by the next one.

mod changes;
mod channels;
mod check;
mod document;
mod integrations;
mod reconcile;
mod settings;
mod teams;
mod users;

use crate::local_api::LocalApi;

pub use changes::{Change, summary};
pub use document::Plan;

use reconcile::{Mode, Reconciler};

/// Reads and checks the plan. The error is one sentence.
pub fn read(file: &std::path::Path) -> Result<Plan, String> {
    let plan = Plan::read(file)?;
    check::check(&plan).map_err(|reason| format!("The plan {} is not valid: {reason}.", file.display()))?;
    Ok(plan)
}

/// What applying the plan would change.
pub async fn preview(api: &mut LocalApi, plan: &Plan) -> Result<Vec<Change>, String> {
    let mut reconciler = Reconciler::new(api, Mode::Preview);
    run(&mut reconciler, plan).await?;
    Ok(reconciler.changes)
}

/// Applies the plan, and prints each change when it is made. The error is one sentence.
pub async fn apply(api: &mut LocalApi, plan: &Plan) -> Result<Vec<Change>, String> {
    let mut reconciler = Reconciler::new(api, Mode::Apply);
    let result = run(&mut reconciler, plan).await;
    let done = reconciler.changes.len();
    result.map_err(|reason| format!("{reason} Before that {done} changes were made; correct the plan and run it again."))?;
    Ok(reconciler.changes)
}

async fn run(reconciler: &mut Reconciler<'_>, plan: &Plan) -> Result<(), String> {
    users::reconcile(reconciler, &plan.users).await?;
    settings::reconcile(reconciler, &plan.settings).await?;
    if plan.needs_owner() {
        reconciler.act_as(plan.owner().unwrap_or_default()).await?;
    }
    for team in &plan.teams {
        teams::reconcile(reconciler, team).await?;
    }
    integrations::reconcile(reconciler, plan).await
}
