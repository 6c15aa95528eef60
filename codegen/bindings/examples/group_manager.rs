//! Welcomes new members, lets everybody in who asks, and takes back what is not wanted.
use botspec_bindings::napcat::actions::{SetGroupAddRequest, SetGroupBan};
use botspec_bindings::napcat::{Bot, Error, Event, SendMessage};

async fn manage(bot: &Bot, event: &Event) -> Result<(), Error> {
    if let Event::NoticeGroupIncrease(notice) = event
        && let (Some(group), Some(user)) = (&notice.group_id, &notice.user_id)
    {
        bot.send_group_msg(group, SendMessage::new().at(user).text(" welcome!")).await?;
    }
    if let Event::RequestGroup(request) = event
        && let Some(flag) = &request.flag
    {
        bot.call(&SetGroupAddRequest::new(flag).approve(true)).await?;
    }
    let Some(message) = event.message().filter(|message| message.plain_text().contains("spam")) else { return Ok(()) };
    if let (Some(group), Some(sender), Some(id)) = (message.group(), message.sender(), message.id()) {
        bot.delete_msg(id).await?;
        bot.call(&SetGroupBan::new(group, sender).duration(600)).await?;
    }
    Ok(())
}

pub(crate) async fn run(url: &str) -> Result<(), Error> {
    let bot = Bot::connect(url).await?;
    while let Some(event) = bot.next_event().await {
        if let Err(error) = manage(&bot, &event?).await {
            eprintln!("{error}");
        }
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run("ws://127.0.0.1:3001").await
}
