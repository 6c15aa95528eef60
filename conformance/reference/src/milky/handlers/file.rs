//! Files: those that friends send each other, and where those of a group are fetched.

use botspec_bindings::milky::actions::{
    GetGroupFileDownloadUrl, GetGroupFileDownloadUrlResponse, GetPrivateFileDownloadUrl,
    GetPrivateFileDownloadUrlResponse, PersistGroupFile, PersistGroupFileResponse, UploadGroupFile,
    UploadGroupFileResponse, UploadPrivateFile, UploadPrivateFileResponse,
};

use crate::answer::Failure;
use crate::milky::table::{Table, given};
use crate::params::number;
use crate::protocol::Context;
use crate::world::{MediaKind, MessageElement, Refusal};

pub(super) fn add(table: &mut Table) {
    table.add::<UploadPrivateFile>(upload_private_file);
    table.add::<UploadGroupFile>(upload_group_file);
    table.add::<PersistGroupFile>(persist_group_file);
    table.add::<GetPrivateFileDownloadUrl>(get_private_file_download_url);
    table.add::<GetGroupFileDownloadUrl>(get_group_file_download_url);
}

fn upload_private_file(
    context: &mut Context<'_>,
    action: UploadPrivateFile,
) -> Result<UploadPrivateFileResponse, Failure> {
    let (account, friend) = (context.served.account, number(action.user_id.as_i64(), "user")?);
    context.world.friend(account, friend)?;
    let file = context.world.import_as(&action.file_uri, MediaKind::File, Some(&action.file_name))?;
    context.world.send_private(account, friend, vec![MessageElement::File { file: file.clone() }])?;
    Ok(UploadPrivateFileResponse::new(file))
}

fn upload_group_file(context: &mut Context<'_>, action: UploadGroupFile) -> Result<UploadGroupFileResponse, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    let file = context.world.import(&action.file_uri, MediaKind::File)?;
    let size = context.world.file(&file)?.whole();
    let folder = folder(action.parent_folder_id);
    let id = context.world.upload(group, context.served.account, &action.file_name, size, &folder)?;
    Ok(UploadGroupFileResponse::new(id))
}

fn persist_group_file(
    context: &mut Context<'_>,
    action: PersistGroupFile,
) -> Result<PersistGroupFileResponse, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    context.world.keep_file(group, context.served.account, &action.file_id.to_string())?;
    Ok(PersistGroupFileResponse::new())
}

/// The folder that is named, in the form in which the world names it.
pub(super) fn folder(named: botspec_bindings::Nullable<botspec_bindings::milky::GroupFolderId>) -> String {
    given(named.map(|folder| folder.to_string()))
}

fn get_private_file_download_url(
    context: &mut Context<'_>,
    action: GetPrivateFileDownloadUrl,
) -> Result<GetPrivateFileDownloadUrlResponse, Failure> {
    context.world.friend(context.served.account, number(action.user_id.as_i64(), "user")?)?;
    let name = action.file_id.to_string();
    let file = context.world.file_of(&name, MediaKind::File)?;
    if file.hash() != action.file_hash {
        return Err(Refusal::NoSuchFile(name).into());
    }
    Ok(GetPrivateFileDownloadUrlResponse::new(file.url()))
}

fn get_group_file_download_url(
    context: &mut Context<'_>,
    action: GetGroupFileDownloadUrl,
) -> Result<GetGroupFileDownloadUrlResponse, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    let file = context.world.fetch_file(group, context.served.account, &action.file_id.to_string())?;
    Ok(GetGroupFileDownloadUrlResponse::new(file.url()))
}
