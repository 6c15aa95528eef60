//! Says again what it hears.
use botspec_bindings::onebot11::{Bot, Error};

pub(crate) async fn run(url: &str) -> Result<(), Error> {
    let bot = Bot::connect(url).await?;
    while let Some(event) = bot.next_event().await {
        let Ok(event) = event else { continue };
        if let Some(message) = event.message() {
            bot.reply(&message, message.plain_text()).await.ok();
        }
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run("ws://127.0.0.1:3001").await
}
