//! Albums of groups.

use botspec_bindings::Empty;
use botspec_bindings::llonebot::actions::{
    CreateGroupAlbum, DeleteGroupAlbum, GetGroupAlbumList, GetGroupAlbumMediaList, GetGroupAlbumMediaListResponse,
    UploadGroupAlbum, UploadGroupAlbumResponse,
};
use botspec_bindings::llonebot::types::{
    Album as AlbumEntry, AlbumCover, AlbumMedia, AlbumMediaComment, AlbumMediaLike, AlbumPhoto, AlbumUser,
    PhotoAddress, SizedAddress,
};

use crate::answer::Failure;
use crate::onebot11::people::number;
use crate::onebot11::table::{LLONEBOT, Table};
use crate::protocol::Context;
use crate::world::{Album, GroupId, Media, MediaKind, Picture, UserId};

pub(super) fn add(table: &mut Table) {
    table.add::<GetGroupAlbumList>(LLONEBOT, get_group_album_list);
    table.add::<GetGroupAlbumMediaList>(LLONEBOT, get_group_album_media_list);
    table.add::<CreateGroupAlbum>(LLONEBOT, create_group_album);
    table.add::<DeleteGroupAlbum>(LLONEBOT, delete_group_album);
    table.add::<UploadGroupAlbum>(LLONEBOT, upload_group_album);
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn user(context: &Context<'_>, user: UserId) -> AlbumUser {
    let rendered = AlbumUser::new().uin(user);
    match context.world.person(user) {
        Ok(person) => rendered.uid(person.uid()).nick(&person.nickname),
        Err(_) => rendered,
    }
}

fn photo(context: &Context<'_>, picture: &Picture) -> AlbumPhoto {
    let url = context.world.file(&picture.file).map(Media::url).unwrap_or_default();
    let address = PhotoAddress::new().url(url).width(0).height(0);
    let size = SizedAddress::new().spec(1).url(address.clone());
    AlbumPhoto::new().lloc(&picture.id).photo_url(vec![size]).default_url(address)
}

/// An album without what is in it.
fn bare(group: GroupId, album: &Album) -> AlbumEntry {
    AlbumEntry::new(album.id.as_str(), group, &album.name).desc(&album.about)
}

fn album(context: &Context<'_>, group: GroupId, album: &Album) -> AlbumEntry {
    let newest = album.pictures.first();
    let changed = newest.map_or(album.created, |picture| picture.time);
    let cover = newest.map(|picture| AlbumCover::new().kind(PICTURE).image(photo(context, picture)).desc(""));
    bare(group, album)
        .create_time(album.created.to_string())
        .modify_time(changed.to_string())
        .last_upload_time(changed.to_string())
        .upload_number(album.pictures.len().to_string())
        .cover(cover)
        .creator(user(context, album.creator))
}

/// The number of a picture, in contrast to a video.
const PICTURE: i64 = 0;

fn get_group_album_list(context: &mut Context<'_>, action: GetGroupAlbumList) -> Result<Vec<AlbumEntry>, Failure> {
    let group = context.world.group_as(context.served.account, number(action.group_id.as_i64(), "group")?)?;
    Ok(group.albums.values().map(|it| album(context, group.id, it)).collect())
}

fn get_group_album_media_list(
    context: &mut Context<'_>,
    action: GetGroupAlbumMediaList,
) -> Result<GetGroupAlbumMediaListResponse, Failure> {
    let group = context.world.group_as(context.served.account, number(action.group_id.as_i64(), "group")?)?;
    let album = group.album(&action.album_id.to_string())?;
    let pictures: Vec<AlbumMedia> = album.pictures.iter().map(|it| media(context, it)).collect();
    Ok(GetGroupAlbumMediaListResponse::new(Some(bare(group.id, album)), pictures, "", false))
}

fn media(context: &Context<'_>, picture: &Picture) -> AlbumMedia {
    let own = picture.liked.contains(&context.served.account);
    let likes = AlbumMediaLike::new().key(&picture.id).num(whole(picture.liked.len())).liked(own);
    AlbumMedia::new()
        .kind(PICTURE)
        .image(photo(context, picture))
        .desc("")
        .uploader(picture.uploader.to_string())
        .batch_id(&picture.batch)
        .upload_time(picture.time.to_string())
        .like(likes)
        .comment(AlbumMediaComment::new().num(whole(picture.comments.len())))
        .upload_user(user(context, picture.uploader))
}

fn create_group_album(context: &mut Context<'_>, action: CreateGroupAlbum) -> Result<AlbumEntry, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    let about = action.desc.unwrap_or_default();
    let id = context.world.make_album(group, context.served.account, &action.name, &about)?;
    Ok(album(context, group, context.world.group(group)?.album(&id)?))
}

fn delete_group_album(context: &mut Context<'_>, action: DeleteGroupAlbum) -> Result<Empty, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    context.world.drop_album(group, context.served.account, &action.album_id.to_string())?;
    Ok(Empty)
}

/// Files that are no pictures fail alone.
fn upload_group_album(
    context: &mut Context<'_>,
    action: UploadGroupAlbum,
) -> Result<UploadGroupAlbumResponse, Failure> {
    let (group, account) = (number(action.group_id.as_i64(), "group")?, context.served.account);
    let album = action.album_id.to_string();
    context.world.group_as(account, group)?.album(&album)?;
    let mut failed = Vec::new();
    for (file, place) in action.files.iter().zip(0..) {
        let file = context.world.import(file, MediaKind::Image);
        if file.and_then(|file| context.world.add_picture(group, account, &album, file)).is_err() {
            failed.push(place);
        }
    }
    let done = whole(action.files.len() - failed.len());
    Ok(UploadGroupAlbumResponse::new(done, whole(failed.len()), failed))
}
