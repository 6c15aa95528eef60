//! Files on their way: transfers by a link, and offers to friends who are there.

use botspec_bindings::napcat::actions::{
    CancelOnlineFile, CreateFlashTask, CreateFlashTaskFiles, CreateFlashTaskResponse, DownloadFileset,
    DownloadFilesetResponse, GetFilesetId, GetFilesetIdResponse, GetFilesetInfo, GetFilesetInfoResponse,
    GetFlashFileList, GetFlashFileListResponse, GetFlashFileUrl, GetFlashFileUrlResponse, GetOnlineFileMsg,
    GetOnlineFileMsgResponse, GetShareLink, GetShareLinkResponse, ReceiveOnlineFile, RefuseOnlineFile, SendFlashMsg,
    SendFlashMsgResponse, SendOnlineFile, SendOnlineFolder,
};
use botspec_bindings::napcat::types::{FlashFile, OnlineOffer, RawElement, RawMessage};
use botspec_bindings::{Empty, Raw};

use super::nothing;
use crate::answer::Failure;
use crate::onebot11::people::number;
use crate::onebot11::table::{NAPCAT, Table, example};
use crate::protocol::Context;
use crate::world::{MediaKind, MessageElement, Offered, Parcel, Refusal, last_part};

pub(super) fn add(table: &mut Table) {
    table.add::<CreateFlashTask>(NAPCAT, create_flash_task);
    table.add::<GetFilesetId>(NAPCAT, get_fileset_id);
    table.add::<GetFilesetInfo>(NAPCAT, get_fileset_info);
    table.add::<GetFlashFileList>(NAPCAT, get_flash_file_list);
    table.add::<GetFlashFileUrl>(NAPCAT, get_flash_file_url);
    table.add::<GetShareLink>(NAPCAT, get_share_link);
    table.add::<DownloadFileset>(NAPCAT, download_fileset);
    table.add::<SendFlashMsg>(NAPCAT, send_flash_msg);
    table.add::<SendOnlineFile>(NAPCAT, send_online_file);
    table.add::<SendOnlineFolder>(NAPCAT, send_online_folder);
    table.add::<GetOnlineFileMsg>(NAPCAT, get_online_file_msg);
    table.add::<ReceiveOnlineFile>(NAPCAT, receive_online_file);
    table.add::<RefuseOnlineFile>(NAPCAT, refuse_online_file);
    table.add::<CancelOnlineFile>(NAPCAT, cancel_online_file);
}

fn create_flash_task(context: &mut Context<'_>, action: CreateFlashTask) -> Result<CreateFlashTaskResponse, Failure> {
    let sources = match action.files {
        CreateFlashTaskFiles::Text(path) => vec![path],
        CreateFlashTaskFiles::List(paths) => paths,
        _ => Vec::new(),
    };
    if let Some(picture) = action.thumb_path.filter(|path| !path.is_empty()) {
        context.world.import(&picture, MediaKind::Image)?;
    }
    let parcel = context.world.send_parcel(context.served.account, &action.name.unwrap_or_default(), &sources)?;
    let mut rendered = CreateFlashTaskResponse::new(0, "");
    rendered.create_flash_transfer_result =
        Some(botspec_bindings::napcat::actions::CreateFlashTaskResponseCreateFlashTransferResult::new(
            parcel.id.as_str(),
            parcel.link(),
            parcel.ends().to_string(),
            (parcel.ends() - context.world.now()).to_string(),
        ));
    Ok(rendered)
}

fn parcel<'c>(context: &'c Context<'_>, id: &str) -> Result<&'c Parcel, Failure> {
    Ok(context.world.parcel(id)?)
}

fn get_fileset_id(context: &mut Context<'_>, action: GetFilesetId) -> Result<GetFilesetIdResponse, Failure> {
    Ok(GetFilesetIdResponse::new(context.world.parcel_by_code(&action.share_code)?.id.as_str()))
}

fn get_fileset_info(context: &mut Context<'_>, action: GetFilesetInfo) -> Result<GetFilesetInfoResponse, Failure> {
    let parcel = parcel(context, &action.fileset_id.to_string())?;
    let mut rendered = example::<GetFilesetInfo>(NAPCAT)?;
    let files = parcel.files.iter().filter_map(|file| context.world.file(file).ok());
    let owner = context.world.person(parcel.owner)?;
    if let Some(set) = &mut rendered.file_set {
        set.file_set_id = Some(parcel.id.as_str().into());
        set.name = Some(parcel.name.clone());
        set.total_file_count = Some(i64::try_from(parcel.files.len()).unwrap_or(i64::MAX));
        set.total_file_size = Some(files.map(|file| file.size).sum());
        set.create_time = Some(parcel.created);
        set.expire_time = Some(parcel.ends());
        if let Some(info) = &mut set.share_info {
            info.share_link = Some(parcel.link());
        }
        let uploaders = set.uploaders.get_or_insert_default();
        uploaders.truncate(1);
        for uploader in uploaders {
            uploader.uin = Some(owner.id.into());
            uploader.nickname = Some(owner.nickname.clone());
            uploader.uid = Some(owner.uid());
        }
    }
    Ok(rendered)
}

fn get_flash_file_list(
    context: &mut Context<'_>,
    action: GetFlashFileList,
) -> Result<GetFlashFileListResponse, Failure> {
    let parcel = parcel(context, &action.fileset_id.to_string())?;
    let mut rendered = example::<GetFlashFileList>(NAPCAT)?;
    let lists = rendered.file_lists.get_or_insert_default();
    lists.truncate(1);
    for list in lists {
        let pattern = list.file_list.as_ref().and_then(|files| files.first().cloned());
        let files = parcel.files.iter().zip(0..);
        let files = files.filter_map(|(file, place)| flash_file(context, pattern.clone()?, parcel, file, place));
        list.file_list = Some(files.collect());
    }
    Ok(rendered)
}

fn flash_file(
    context: &Context<'_>,
    mut rendered: FlashFile,
    parcel: &Parcel,
    file: &str,
    place: i64,
) -> Option<FlashFile> {
    let file = context.world.file(file).ok()?;
    rendered.file_set_id = Some(parcel.id.as_str().into());
    rendered.cli_file_id = Some(file.name.clone());
    rendered.cli_file_index = Some(place);
    rendered.name = Some(file.title.clone());
    rendered.file_size = Some(file.size.to_string());
    Some(rendered)
}

fn get_flash_file_url(context: &mut Context<'_>, action: GetFlashFileUrl) -> Result<GetFlashFileUrlResponse, Failure> {
    let parcel = parcel(context, &action.fileset_id.to_string())?;
    let files = || parcel.files.iter().filter_map(|file| context.world.file(file).ok());
    let file = match (action.file_name, action.file_index) {
        (Some(name), _) => files().find(|file| file.title == name),
        (None, place) => files().nth(usize::try_from(place.unwrap_or_default()).unwrap_or(usize::MAX)),
    };
    let file = file.ok_or_else(|| Failure::action("there is no such file in it"))?;
    Ok(GetFlashFileUrlResponse::new(0, "", file.url()))
}

fn get_share_link(context: &mut Context<'_>, action: GetShareLink) -> Result<GetShareLinkResponse, Failure> {
    let parcel = parcel(context, &action.fileset_id.to_string())?;
    Ok(GetShareLinkResponse::new(0, "", parcel.link(), parcel.ends().to_string()))
}

fn download_fileset(context: &mut Context<'_>, action: DownloadFileset) -> Result<DownloadFilesetResponse, Failure> {
    parcel(context, &action.fileset_id.to_string())?;
    Ok(DownloadFilesetResponse::new(0, ""))
}

fn send_flash_msg(context: &mut Context<'_>, action: SendFlashMsg) -> Result<SendFlashMsgResponse, Failure> {
    let id = parcel(context, &action.fileset_id.to_string())?.id.clone();
    let sent = vec![MessageElement::Parcel(id)];
    let account = context.served.account;
    if let Some(group) = action.group_id {
        context.world.send_in_group(account, number(group.as_i64(), "group")?, sent, false)?;
    } else {
        let user = number(action.user_id.and_then(|user| user.as_i64()), "user")?;
        context.world.send_private(account, user, sent)?;
    }
    Ok(SendFlashMsgResponse::new(0, ""))
}

fn send_online_file(context: &mut Context<'_>, action: SendOnlineFile) -> Result<OnlineOffer, Failure> {
    let to = number(action.user_id.as_i64(), "user")?;
    let name = action.file_name.unwrap_or_else(|| last_part(&action.file_path).to_owned());
    let (offer, _) = context.world.offer(context.served.account, to, &name, false)?;
    Ok(OnlineOffer::new(0, "").msg_id(offer.message).element_id(offer.element))
}

fn send_online_folder(context: &mut Context<'_>, action: SendOnlineFolder) -> Result<OnlineOffer, Failure> {
    let to = number(action.user_id.as_i64(), "user")?;
    let name = action.folder_name.unwrap_or_else(|| last_part(&action.folder_path).to_owned());
    let (offer, _) = context.world.offer(context.served.account, to, &name, true)?;
    Ok(OnlineOffer::new(0, "").msg_id(offer.message).element_id(offer.element))
}

/// A file and a folder in a message, in the numbers of QQ's client.
const FILE_AND_FOLDER: [i64; 2] = [23, 30];

fn get_online_file_msg(
    context: &mut Context<'_>,
    action: GetOnlineFileMsg,
) -> Result<GetOnlineFileMsgResponse, Failure> {
    let user = number(action.user_id.as_i64(), "user")?;
    context.world.person(user)?;
    let offers = context.world.offers_between(context.served.account, user);
    let rendered = offers.map(|offer| {
        let kind = FILE_AND_FOLDER[usize::from(offer.folder)];
        let element = RawElement::new().element_id(&offer.element).element_type(kind);
        RawMessage::new().msg_id(&offer.message).elements(vec![element])
    });
    let rendered: Vec<_> = rendered.collect();
    Ok(GetOnlineFileMsgResponse::new().result(0).err_msg("").msg_list(rendered))
}

fn end(context: &mut Context<'_>, user: Option<i64>, message: &str, end: Offered) -> Result<(), Failure> {
    let user = number(user, "user")?;
    Ok(context.world.end_offer(context.served.account, user, message, end)?)
}

/// The element of a message that offers something has to be the one that is there.
fn is_in(context: &Context<'_>, message: &str, element: &str) -> Result<(), Failure> {
    match context.world.an_offer(message) {
        Some(offer) if offer.element != element => Err(Refusal::NoSuch("offer", element.to_owned()).into()),
        _ => Ok(()),
    }
}

fn receive_online_file(context: &mut Context<'_>, action: ReceiveOnlineFile) -> Result<Raw, Failure> {
    is_in(context, &action.msg_id.to_string(), &action.element_id)?;
    end(context, action.user_id.as_i64(), &action.msg_id.to_string(), Offered::Taken)?;
    nothing()
}

fn refuse_online_file(context: &mut Context<'_>, action: RefuseOnlineFile) -> Result<Empty, Failure> {
    is_in(context, &action.msg_id.to_string(), &action.element_id)?;
    end(context, action.user_id.as_i64(), &action.msg_id.to_string(), Offered::Refused)?;
    Ok(Empty)
}

fn cancel_online_file(context: &mut Context<'_>, action: CancelOnlineFile) -> Result<Empty, Failure> {
    end(context, action.user_id.as_i64(), &action.msg_id.to_string(), Offered::Cancelled)?;
    Ok(Empty)
}
