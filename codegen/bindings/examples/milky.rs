//! Answers whoever says hello, in a group by name.
use botspec_bindings::Options;
use botspec_bindings::milky::{Bot, Error, SendMessage};

pub(crate) async fn run(url: &str, token: &str) -> Result<(), Error> {
    let bot = Bot::connect_with(url, &Options::new().token(token)).await?;
    while let Some(event) = bot.next_event().await {
        let event = event?;
        let Some(message) = event.message().filter(|message| message.plain_text() == "hello") else { continue };
        let answer = match (message.is_group(), message.sender()) {
            (true, Some(sender)) => SendMessage::new().mention(sender).text(" hello!"),
            _ => "hello!".into(),
        };
        if let Err(error) = bot.reply(&message, answer).await {
            eprintln!("{error}");
        }
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run("http://127.0.0.1:3000", &std::env::var("MILKY_TOKEN").unwrap_or_default()).await
}
