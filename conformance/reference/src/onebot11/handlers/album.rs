//! Albums of groups.

use botspec_bindings::napcat::actions::{
    CancelGroupAlbumMediaLike, DelGroupAlbumMedia, DoGroupAlbumComment, GetGroupAlbumMediaList,
    GetGroupAlbumMediaListResponse, GetQunAlbumList, GetQunAlbumListResponse, GetQunAlbumListResponseAlbumListItem,
    SetGroupAlbumMediaLike, UploadImageToQunAlbum,
};
use botspec_bindings::{Empty, Raw};
use serde_json::json;

use super::nothing;
use crate::answer::Failure;
use crate::onebot11::people::number;
use crate::onebot11::table::{NAPCAT, Table, example};
use crate::protocol::Context;
use crate::world::{Media, MediaKind, Picture};

pub(super) fn add(table: &mut Table) {
    table.add::<GetQunAlbumList>(NAPCAT, get_qun_album_list);
    table.add::<GetGroupAlbumMediaList>(NAPCAT, get_group_album_media_list);
    table.add::<UploadImageToQunAlbum>(NAPCAT, upload_image_to_qun_album);
    table.add::<DelGroupAlbumMedia>(NAPCAT, del_group_album_media);
    table.add::<DoGroupAlbumComment>(NAPCAT, do_group_album_comment);
    table.add::<SetGroupAlbumMediaLike>(NAPCAT, set_group_album_media_like);
    table.add::<CancelGroupAlbumMediaLike>(NAPCAT, cancel_group_album_media_like);
}

fn get_qun_album_list(context: &mut Context<'_>, action: GetQunAlbumList) -> Result<GetQunAlbumListResponse, Failure> {
    let group = context.world.group_as(context.served.account, number(action.group_id.as_i64(), "group")?)?;
    let albums = group.albums.values();
    let rendered = albums.map(|album| GetQunAlbumListResponseAlbumListItem::new(album.id.as_str(), &album.name));
    Ok(GetQunAlbumListResponse::new(rendered.collect::<Vec<_>>(), "", false))
}

fn get_group_album_media_list(
    context: &mut Context<'_>,
    action: GetGroupAlbumMediaList,
) -> Result<GetGroupAlbumMediaListResponse, Failure> {
    let group = context.world.group_as(context.served.account, number(action.group_id.as_i64(), "group")?)?;
    let album = group.album(&action.album_id.to_string())?;
    let mut rendered = example::<GetGroupAlbumMediaList>(NAPCAT)?;
    let pictures: Vec<Raw> = album.pictures.iter().filter_map(|picture| picture_of(context, picture)).collect();
    rendered.media_list = Some(pictures);
    rendered.has_more = Some(false);
    Ok(rendered)
}

/// A picture in a form of our own: no contract knows another.
fn picture_of(context: &Context<'_>, picture: &Picture) -> Option<Raw> {
    let rendered = json!({
        "lloc": picture.id,
        "batch_id": picture.batch,
        "url": context.world.file(&picture.file).map(Media::url).unwrap_or_default(),
        "uploader": picture.uploader,
        "time": picture.time,
        "likes": picture.liked.len(),
        "comments": picture.comments.iter().map(|(user, text)| json!({ "user": user, "text": text })).collect::<Vec<_>>(),
    });
    Raw::of(&rendered).ok()
}

fn upload_image_to_qun_album(context: &mut Context<'_>, action: UploadImageToQunAlbum) -> Result<Empty, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    let file = context.world.import(&action.file, MediaKind::Image)?;
    context.world.add_picture(group, context.served.account, &action.album_id.to_string(), file)?;
    Ok(Empty)
}

fn del_group_album_media(context: &mut Context<'_>, action: DelGroupAlbumMedia) -> Result<Raw, Failure> {
    let (group, album) = (number(action.group_id.as_i64(), "group")?, action.album_id.to_string());
    context.world.drop_picture(group, context.served.account, &album, &action.lloc.to_string())?;
    nothing()
}

fn do_group_album_comment(context: &mut Context<'_>, action: DoGroupAlbumComment) -> Result<Raw, Failure> {
    let (group, album) = (number(action.group_id.as_i64(), "group")?, action.album_id.to_string());
    context.world.comment(group, context.served.account, &album, &action.lloc.to_string(), &action.content)?;
    nothing()
}

fn set_group_album_media_like(context: &mut Context<'_>, action: SetGroupAlbumMediaLike) -> Result<Raw, Failure> {
    let (group, album) = (number(action.group_id.as_i64(), "group")?, action.album_id.to_string());
    let picture = action.lloc.map(|picture| picture.to_string());
    let which = (action.batch_id.as_str(), picture.as_deref());
    context.world.like_pictures(group, context.served.account, &album, which, true)?;
    nothing()
}

fn cancel_group_album_media_like(context: &mut Context<'_>, action: CancelGroupAlbumMediaLike) -> Result<Raw, Failure> {
    let (group, album) = (number(action.group_id.as_i64(), "group")?, action.album_id.to_string());
    let picture = action.lloc.map(|picture| picture.to_string());
    let which = (action.batch_id.as_str(), picture.as_deref());
    context.world.like_pictures(group, context.served.account, &album, which, false)?;
    nothing()
}
