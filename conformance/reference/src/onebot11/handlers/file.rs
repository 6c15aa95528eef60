//! Files that were received, and files that are fetched.

use botspec_bindings::napcat::actions::{
    DownloadFile, DownloadFileResponse, GetFile, GetImage, GetPrivateFileUrl, GetPrivateFileUrlResponse, GetRecord,
    UploadPrivateFile, UploadPrivateFileResponse,
};
use botspec_bindings::napcat::types::MediaFile;
use botspec_bindings::onebot11::actions::{CanSendImage, CanSendImageResponse, CanSendRecord, CanSendRecordResponse};

use crate::answer::Failure;
use crate::onebot11::people::number;
use crate::onebot11::table::{NAPCAT, ONEBOT11, Table};
use crate::protocol::Context;
use crate::world::{Media, MediaKind, MessageElement};

pub(super) fn add(table: &mut Table) {
    table.add::<CanSendImage>(ONEBOT11, |_, _| Ok(CanSendImageResponse::new(true)));
    table.add::<CanSendRecord>(ONEBOT11, |_, _| Ok(CanSendRecordResponse::new(true)));
    table.add::<GetImage>(NAPCAT, get_image);
    table.add::<GetRecord>(NAPCAT, get_record);
    table.add::<GetFile>(NAPCAT, get_file);
    table.add::<DownloadFile>(NAPCAT, download_file);
    table.add::<UploadPrivateFile>(NAPCAT, upload_private_file);
    table.add::<GetPrivateFileUrl>(NAPCAT, get_private_file_url);
}

/// A file that lies at the path now.
fn at(path: String, file: &Media) -> MediaFile {
    MediaFile::new(path, file.url(), file.size.to_string(), &file.title)
}

fn get_image(context: &mut Context<'_>, action: GetImage) -> Result<MediaFile, Failure> {
    let image = context.world.file_of(&action.file.to_string(), MediaKind::Image)?;
    Ok(at(format!("/data/image/{}", image.name), image))
}

fn get_record(context: &mut Context<'_>, action: GetRecord) -> Result<MediaFile, Failure> {
    let record = context.world.file_of(&action.file.to_string(), MediaKind::Record)?;
    let stem = record.name.rsplit_once('.').map_or(record.name.as_str(), |(stem, _)| stem);
    Ok(at(format!("/data/record/{stem}.{}", action.out_format), record))
}

fn get_file(context: &mut Context<'_>, action: GetFile) -> Result<MediaFile, Failure> {
    let file = context.world.file(&action.file.to_string())?;
    Ok(at(format!("/data/file/{}", file.title), file))
}

fn download_file(context: &mut Context<'_>, action: DownloadFile) -> Result<DownloadFileResponse, Failure> {
    let source = match (action.base64, action.url) {
        // Builds take it with the scheme too.
        (Some(bytes), _) => format!("base64://{}", bytes.strip_prefix("base64://").unwrap_or(&bytes)),
        (None, url) => url.unwrap_or_default(),
    };
    let name = context.world.import_as(&source, MediaKind::File, action.name.as_deref())?;
    Ok(DownloadFileResponse::new(format!("/data/download/{}", context.world.file(&name)?.title)))
}

fn upload_private_file(
    context: &mut Context<'_>,
    action: UploadPrivateFile,
) -> Result<UploadPrivateFileResponse, Failure> {
    let user = number(action.user_id.as_i64(), "user")?;
    let file = context.world.import_as(&action.file, MediaKind::File, Some(&action.name))?;
    context.world.send_private(context.served.account, user, vec![MessageElement::File { file: file.clone() }])?;
    Ok(UploadPrivateFileResponse::new(Some(file.into())))
}

fn get_private_file_url(
    context: &mut Context<'_>,
    action: GetPrivateFileUrl,
) -> Result<GetPrivateFileUrlResponse, Failure> {
    let file = context.world.file(&action.file_id.to_string())?;
    Ok(GetPrivateFileUrlResponse::new().url(file.url()))
}
