//! Files that were received, files of groups, and what is read out of pictures.

use botspec_bindings::Empty;
use botspec_bindings::llonebot::actions::{
    CreateGroupFileFolder, CreateGroupFileFolderResponse, GetFile, MoveGroupFile, OcrImage, OcrImageResponse,
    RenameGroupFileFolder, ScanQrcode, ScanQrcodeResponseItem, SetGroupFileForever, UploadGroupFile,
    UploadGroupFileResponse, UploadPrivateFile, UploadPrivateFileResponse,
};
use botspec_bindings::llonebot::types::MediaFile;

use crate::answer::Failure;
use crate::onebot11::people::number;
use crate::onebot11::table::{LLONEBOT, Table, example};
use crate::protocol::Context;
use crate::world::{MediaKind, MessageElement, ROOT};

pub(super) fn add(table: &mut Table) {
    table.add::<GetFile>(LLONEBOT, get_file);
    table.add::<UploadGroupFile>(LLONEBOT, upload_group_file);
    table.add::<UploadPrivateFile>(LLONEBOT, upload_private_file);
    table.add::<MoveGroupFile>(LLONEBOT, move_group_file);
    table.add::<SetGroupFileForever>(LLONEBOT, set_group_file_forever);
    table.add::<CreateGroupFileFolder>(LLONEBOT, create_group_file_folder);
    table.add::<RenameGroupFileFolder>(LLONEBOT, rename_group_file_folder);
    table.add::<OcrImage>(LLONEBOT, ocr_image);
    table.add::<ScanQrcode>(LLONEBOT, scan_qrcode);
}

fn get_file(context: &mut Context<'_>, action: GetFile) -> Result<MediaFile, Failure> {
    let file = context.world.file_called(&action.file.to_string())?;
    Ok(MediaFile::new(format!("/data/temp/{}", file.title), file.url(), file.size.to_string(), &file.title))
}

/// Takes a file over, under the name that it is given, or else its own.
fn taken(context: &mut Context<'_>, file: &str, name: Option<&str>) -> Result<String, Failure> {
    Ok(context.world.import_as(file, MediaKind::File, name.filter(|name| !name.is_empty()))?)
}

fn upload_group_file(context: &mut Context<'_>, action: UploadGroupFile) -> Result<UploadGroupFileResponse, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    let file = taken(context, &action.file, action.name.as_deref())?;
    let (title, size) = context.world.file(&file).map(|file| (file.title.clone(), file.whole()))?;
    let folder = action.folder.map(|folder| folder.to_string()).filter(|folder| !folder.is_empty());
    let folder = folder.as_deref().unwrap_or(ROOT);
    Ok(UploadGroupFileResponse::new(context.world.upload(group, context.served.account, &title, size, folder)?))
}

fn upload_private_file(
    context: &mut Context<'_>,
    action: UploadPrivateFile,
) -> Result<UploadPrivateFileResponse, Failure> {
    let user = number(action.user_id.as_i64(), "user")?;
    let file = taken(context, &action.file, action.name.as_deref())?;
    context.world.send_private(context.served.account, user, vec![MessageElement::File { file: file.clone() }])?;
    Ok(UploadPrivateFileResponse::new(file))
}

fn move_group_file(context: &mut Context<'_>, action: MoveGroupFile) -> Result<Empty, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    let (file, to) = (action.file_id.to_string(), action.target_directory.to_string());
    context.world.move_file(group, context.served.account, &file, &to)?;
    Ok(Empty)
}

fn set_group_file_forever(context: &mut Context<'_>, action: SetGroupFileForever) -> Result<Empty, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    context.world.keep_file(group, context.served.account, &action.file_id.to_string())?;
    Ok(Empty)
}

fn create_group_file_folder(
    context: &mut Context<'_>,
    action: CreateGroupFileFolder,
) -> Result<CreateGroupFileFolderResponse, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    let made = context.world.make_folder(group, context.served.account, &action.name)?;
    Ok(CreateGroupFileFolderResponse::new(made.id))
}

fn rename_group_file_folder(context: &mut Context<'_>, action: RenameGroupFileFolder) -> Result<Empty, Failure> {
    let (group, folder) = (number(action.group_id.as_i64(), "group")?, action.folder_id.to_string());
    context.world.rename_folder(group, context.served.account, &folder, &action.new_folder_name)?;
    Ok(Empty)
}

/// Nobody can read the pictures of a made-up world; all that counts is that there is one.
fn ocr_image(context: &mut Context<'_>, action: OcrImage) -> Result<OcrImageResponse, Failure> {
    context.world.import(&action.image, MediaKind::Image)?;
    example::<OcrImage>(LLONEBOT)
}

fn scan_qrcode(context: &mut Context<'_>, action: ScanQrcode) -> Result<Vec<ScanQrcodeResponseItem>, Failure> {
    context.world.import(&action.file, MediaKind::Image)?;
    example::<ScanQrcode>(LLONEBOT)
}
