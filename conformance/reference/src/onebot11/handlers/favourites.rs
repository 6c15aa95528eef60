//! What the account has for itself: stickers, things put aside, and posts.

use botspec_bindings::napcat::actions::{
    AddCustomFace, CreateCollection, DeleteCustomFace, DeleteQzoneMsg, FetchCustomFace, FetchCustomFaceDetail,
    GetCollectionList, GetCollectionListResponse, SendQzoneMsg, SendQzoneMsgResponse, SetCustomFaceDesc,
};
use botspec_bindings::napcat::types::{ClientAnswer, CustomFace, Texts};
use botspec_bindings::{Empty, Raw};

use super::{count, nothing};
use crate::answer::Failure;
use crate::onebot11::people::own;
use crate::onebot11::table::{NAPCAT, Table, example, example_of};
use crate::protocol::Context;
use crate::world::{Media, MediaKind, Sticker};

pub(super) fn add(table: &mut Table) {
    table.add::<AddCustomFace>(NAPCAT, add_custom_face);
    table.add::<DeleteCustomFace>(NAPCAT, delete_custom_face);
    table.add::<SetCustomFaceDesc>(NAPCAT, set_custom_face_desc);
    table.add::<FetchCustomFace>(NAPCAT, fetch_custom_face);
    table.add::<FetchCustomFaceDetail>(NAPCAT, fetch_custom_face_detail);
    table.add::<CreateCollection>(NAPCAT, create_collection);
    table.add::<GetCollectionList>(NAPCAT, get_collection_list);
    table.add::<SendQzoneMsg>(NAPCAT, send_qzone_msg);
    table.add::<DeleteQzoneMsg>(NAPCAT, delete_qzone_msg);
}

fn add_custom_face(context: &mut Context<'_>, action: AddCustomFace) -> Result<Raw, Failure> {
    let file = context.world.import(&action.file, MediaKind::Image)?;
    context.world.add_sticker(context.served.account, file)?;
    nothing()
}

fn delete_custom_face(context: &mut Context<'_>, action: DeleteCustomFace) -> Result<Raw, Failure> {
    let ids = action.ids.map(|ids| ids.iter().map(ToString::to_string).collect());
    let ids = ids.or(action.res_id.map(listed)).or(action.id.map(listed)).unwrap_or_default();
    context.world.drop_stickers(context.served.account, &ids)?;
    nothing()
}

fn listed(texts: Texts) -> Vec<String> {
    match texts {
        Texts::Text(text) => vec![text],
        Texts::List(texts) => texts,
        _ => Vec::new(),
    }
}

fn set_custom_face_desc(context: &mut Context<'_>, action: SetCustomFaceDesc) -> Result<Raw, Failure> {
    context.world.caption_sticker(context.served.account, &action.res_id.to_string(), &action.desc)?;
    nothing()
}

fn url(context: &Context<'_>, sticker: &Sticker) -> String {
    context.world.file(&sticker.file).map(Media::url).unwrap_or_default()
}

fn fetch_custom_face(context: &mut Context<'_>, action: FetchCustomFace) -> Result<Vec<String>, Failure> {
    let stickers = own(context)?.stickers.iter().take(count(action.count, USUAL_STICKERS));
    Ok(stickers.map(|sticker| url(context, sticker)).collect())
}

/// So many stickers are reported where nothing is sent.
const USUAL_STICKERS: usize = 48;

fn fetch_custom_face_detail(
    context: &mut Context<'_>,
    action: FetchCustomFaceDetail,
) -> Result<Vec<CustomFace>, Failure> {
    let pattern = example_of::<FetchCustomFaceDetail, _>(NAPCAT)?;
    let stickers = own(context)?.stickers.iter().take(count(action.count, USUAL_STICKERS));
    let rendered = stickers.map(|sticker| {
        let mut rendered = pattern.clone();
        rendered.uin = Some(context.served.account.into());
        rendered.emo_id = Some(sticker.number);
        rendered.emo_path = Some(format!("/data/stickers/{}", sticker.file));
        rendered.res_id = Some(sticker.id.as_str().into());
        rendered.url = Some(url(context, sticker));
        rendered.desc = Some(sticker.caption.clone());
        rendered
    });
    Ok(rendered.collect())
}

fn create_collection(context: &mut Context<'_>, action: CreateCollection) -> Result<ClientAnswer, Failure> {
    context.world.collect(context.served.account, &action.raw_data, &action.brief)?;
    let mut rendered = ClientAnswer::new();
    rendered.result = Some(0);
    rendered.err_msg = Some(String::new());
    Ok(rendered)
}

fn get_collection_list(
    context: &mut Context<'_>,
    action: GetCollectionList,
) -> Result<GetCollectionListResponse, Failure> {
    let mut rendered = example::<GetCollectionList>(NAPCAT)?;
    let list = rendered.collection_search_list.as_mut().ok_or_else(|| Failure::action("the example has no list"))?;
    let pattern = list.collection_item_list.as_ref().and_then(|items| items.first().cloned());
    let person = own(context)?;
    let items = person.collection.iter().take(count(action.count, 50)).filter_map(|thing| {
        let mut item = pattern.clone()?;
        item.cid = Some(thing.id.clone());
        item.category = Some(action.category);
        let time = thing.time.to_string();
        (item.create_time, item.collect_time, item.modify_time) = (Some(time.clone()), Some(time.clone()), Some(time));
        let author = item.author.as_mut()?;
        author.num_id = Some(person.id.into());
        author.uid = Some(person.uid());
        Some(item)
    });
    let items: Vec<_> = items.collect();
    list.has_more = Some(items.len() < person.collection.len());
    list.collection_item_list = Some(items);
    Ok(rendered)
}

fn send_qzone_msg(context: &mut Context<'_>, action: SendQzoneMsg) -> Result<SendQzoneMsgResponse, Failure> {
    for image in action.images.unwrap_or_default() {
        context.world.import(&image, MediaKind::Image)?;
    }
    Ok(SendQzoneMsgResponse::new(context.world.post(context.served.account, &action.content)?))
}

fn delete_qzone_msg(context: &mut Context<'_>, action: DeleteQzoneMsg) -> Result<Empty, Failure> {
    context.world.drop_post(context.served.account, &action.tid.to_string())?;
    Ok(Empty)
}
