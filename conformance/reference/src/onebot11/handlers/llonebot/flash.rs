//! Flash transfers: files that anybody with the link can fetch.

use botspec_bindings::Empty;
use botspec_bindings::llonebot::actions::{
    DownloadFlashFile, GetFlashFileDownloadUrls, GetFlashFileDownloadUrlsResponse,
    GetFlashFileDownloadUrlsResponseFilesItem, GetFlashFileInfo, GetFlashFileInfoResponse,
    GetFlashFileInfoResponseFilesItem, GetFlashFileInfoResponseInit, ReshareFlashFile, ReshareFlashFileResponse,
    UploadFlashFile, UploadFlashFileResponse, UploadFlashFileResponseDownloadsItem,
};
use botspec_bindings::llonebot::ids::FlashSetId;

use crate::answer::Failure;
use crate::onebot11::table::{LLONEBOT, Table};
use crate::protocol::Context;
use crate::world::{Media, Parcel};

pub(super) fn add(table: &mut Table) {
    table.add::<UploadFlashFile>(LLONEBOT, upload_flash_file);
    table.add::<GetFlashFileInfo>(LLONEBOT, get_flash_file_info);
    table.add::<GetFlashFileDownloadUrls>(LLONEBOT, get_flash_file_download_urls);
    table.add::<DownloadFlashFile>(LLONEBOT, download_flash_file);
    table.add::<ReshareFlashFile>(LLONEBOT, reshare_flash_file);
}

fn upload_flash_file(context: &mut Context<'_>, action: UploadFlashFile) -> Result<UploadFlashFileResponse, Failure> {
    let paths: Vec<String> = action.paths.iter().map(ToString::to_string).collect();
    let parcel = context.world.send_parcel(context.served.account, &action.title.unwrap_or_default(), &paths)?;
    let download =
        |file: &Media| UploadFlashFileResponseDownloadsItem::new(&file.title, file.size, file.url(), ADDRESSES_LAST);
    let downloads: Vec<_> = files(context, &parcel).map(download).collect();
    Ok(UploadFlashFileResponse::new(parcel.id.as_str(), parcel.link(), parcel.ends()).downloads(downloads))
}

/// For how many seconds the addresses of an upload are good.
const ADDRESSES_LAST: i64 = 3600;

/// A transfer that is named by its id or by its link.
fn parcel<'c>(context: &'c Context<'_>, id: Option<FlashSetId>, link: Option<String>) -> Result<&'c Parcel, Failure> {
    Ok(match (id, link) {
        (Some(id), _) => context.world.parcel(&id.to_string())?,
        (None, link) => context.world.parcel_by_code(&link.unwrap_or_default())?,
    })
}

fn files<'c>(context: &'c Context<'_>, parcel: &'c Parcel) -> impl Iterator<Item = &'c Media> {
    parcel.files.iter().filter_map(|file| context.world.file(file).ok())
}

fn get_flash_file_info(
    context: &mut Context<'_>,
    action: GetFlashFileInfo,
) -> Result<GetFlashFileInfoResponse, Failure> {
    let parcel = parcel(context, action.file_set_id, action.share_link)?;
    let files = || files(context, parcel);
    Ok(GetFlashFileInfoResponse::new(GetFlashFileInfoResponseInit {
        file_set_id: parcel.id.as_str().into(),
        title: parcel.name.clone(),
        share_link: parcel.link(),
        total_file_size: files().map(|file| file.size).sum(),
        files: files().map(|file| GetFlashFileInfoResponseFilesItem::new(&file.title, file.size)).collect(),
    }))
}

fn get_flash_file_download_urls(
    context: &mut Context<'_>,
    action: GetFlashFileDownloadUrls,
) -> Result<GetFlashFileDownloadUrlsResponse, Failure> {
    let parcel = parcel(context, action.file_set_id, action.share_link)?;
    let left = (parcel.ends() - context.world.now()).max(0);
    let file = |file: &Media| GetFlashFileDownloadUrlsResponseFilesItem::new(&file.title, file.size, file.url(), left);
    let rendered: Vec<_> = files(context, parcel).map(file).collect();
    Ok(GetFlashFileDownloadUrlsResponse::new(parcel.id.as_str(), parcel.link(), rendered))
}

fn download_flash_file(context: &mut Context<'_>, action: DownloadFlashFile) -> Result<Empty, Failure> {
    let id = parcel(context, action.file_set_id, action.share_link)?.id.clone();
    context.world.fetch_parcel(context.served.account, &id)?;
    Ok(Empty)
}

fn reshare_flash_file(
    context: &mut Context<'_>,
    action: ReshareFlashFile,
) -> Result<ReshareFlashFileResponse, Failure> {
    let id = parcel(context, action.file_set_id, action.share_link)?.id.clone();
    let parcel = context.world.share_again(context.served.account, &id)?;
    Ok(ReshareFlashFileResponse::new(parcel.id.as_str(), parcel.link(), parcel.ends()))
}
