//! Files of groups, and the folders they lie in.

use botspec_bindings::napcat::actions::{
    CreateGroupFileFolder, CreateGroupFileFolderResponse, DeleteGroupFile, DeleteGroupFileResponse,
    DeleteGroupFileResponseTransGroupFileResult, DeleteGroupFolder, GetGroupFileSystemInfo,
    GetGroupFileSystemInfoResponse, GetGroupFileUrl, GetGroupFileUrlResponse, GetGroupFilesByFolder, GetGroupRootFiles,
    MoveGroupFile, MoveGroupFileResponse, RenameGroupFile, RenameGroupFileResponse, TransGroupFile,
    TransGroupFileResponse, UploadGroupFile, UploadGroupFileResponse,
};
use botspec_bindings::napcat::types::{
    FileResult, FolderListing, GroupFile, GroupFileInit, GroupFolder, GroupFolderInit,
};

use super::count;
use crate::answer::Failure;
use crate::onebot11::people::{name_of, number};
use crate::onebot11::table::{NAPCAT, Table, example};
use crate::protocol::Context;
use crate::world::{Folder, Group, GroupId, MOST_BYTES, MOST_FILES, MediaKind, ROOT, Stored};

/// What every file of a group is stored under.
pub(crate) const BUSID: i64 = 102;

pub(super) fn add(table: &mut Table) {
    table.add::<GetGroupFileSystemInfo>(NAPCAT, get_group_file_system_info);
    table.add::<GetGroupRootFiles>(NAPCAT, get_group_root_files);
    table.add::<GetGroupFilesByFolder>(NAPCAT, get_group_files_by_folder);
    table.add::<GetGroupFileUrl>(NAPCAT, get_group_file_url);
    table.add::<UploadGroupFile>(NAPCAT, upload_group_file);
    table.add::<MoveGroupFile>(NAPCAT, move_group_file);
    table.add::<RenameGroupFile>(NAPCAT, rename_group_file);
    table.add::<TransGroupFile>(NAPCAT, trans_group_file);
    table.add::<DeleteGroupFile>(NAPCAT, delete_group_file);
    table.add::<CreateGroupFileFolder>(NAPCAT, create_group_file_folder);
    table.add::<DeleteGroupFolder>(NAPCAT, delete_group_folder);
}

/// A group that the account is in.
fn joined<'c>(context: &'c Context<'_>, group: Option<i64>) -> Result<&'c Group, Failure> {
    Ok(context.world.group_as(context.served.account, number(group, "group")?)?)
}

fn size(context: &Context<'_>, stored: &Stored) -> i64 {
    context.world.file(&stored.file).map_or(0, |file| file.size)
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn get_group_file_system_info(
    context: &mut Context<'_>,
    action: GetGroupFileSystemInfo,
) -> Result<GetGroupFileSystemInfoResponse, Failure> {
    let group = joined(context, action.group_id.as_i64())?;
    let used = group.files.values().map(|stored| size(context, stored)).sum();
    Ok(GetGroupFileSystemInfoResponse::new(whole(group.files.len()), whole(MOST_FILES), used, MOST_BYTES))
}

fn file(context: &Context<'_>, group: GroupId, stored: &Stored) -> GroupFile {
    let title = context.world.file(&stored.file).map(|file| file.title.clone()).unwrap_or_default();
    GroupFile::new(GroupFileInit {
        group_id: group.into(),
        file_id: stored.file.as_str().into(),
        file_name: title,
        busid: BUSID,
        size: size(context, stored),
        file_size: size(context, stored),
        upload_time: stored.uploaded,
        dead_time: stored.ends().unwrap_or_default(),
        modify_time: stored.uploaded,
        download_times: stored.fetched.into(),
        uploader: stored.uploader.into(),
        uploader_name: name_of(context, stored.uploader),
    })
}

fn folder(context: &Context<'_>, group: &Group, folder: &Folder) -> GroupFolder {
    let mut rendered = GroupFolder::new(GroupFolderInit {
        group_id: group.id.into(),
        folder_id: folder.id.as_str().into(),
        folder: folder.id.as_str().into(),
        folder_name: folder.name.clone(),
        create_time: folder.created,
        creator: folder.creator.into(),
        creator_name: name_of(context, folder.creator),
        total_file_count: whole(group.files_in(&folder.id).count()),
    });
    rendered.modify_time = Some(folder.created);
    rendered.modifier = Some(folder.creator.into());
    rendered.modifier_name = Some(name_of(context, folder.creator));
    rendered
}

fn get_group_root_files(context: &mut Context<'_>, action: GetGroupRootFiles) -> Result<FolderListing, Failure> {
    let group = joined(context, action.group_id.as_i64())?;
    let most = count(action.file_count, 50);
    let files: Vec<GroupFile> = group.files_in(ROOT).take(most).map(|it| file(context, group.id, it)).collect();
    let folders: Vec<GroupFolder> = group.folders.values().map(|it| folder(context, group, it)).collect();
    Ok(FolderListing::new(files, folders))
}

fn get_group_files_by_folder(
    context: &mut Context<'_>,
    action: GetGroupFilesByFolder,
) -> Result<FolderListing, Failure> {
    let group = joined(context, action.group_id.as_i64())?;
    let inside = &group.folder(&action.folder_id.to_string())?.id;
    let most = count(action.file_count, 50);
    let files: Vec<GroupFile> = group.files_in(inside).take(most).map(|it| file(context, group.id, it)).collect();
    Ok(FolderListing::new(files, Vec::new()))
}

fn get_group_file_url(context: &mut Context<'_>, action: GetGroupFileUrl) -> Result<GetGroupFileUrlResponse, Failure> {
    let (group, file) = (number(action.group_id.as_i64(), "group")?, action.file_id.to_string());
    Ok(GetGroupFileUrlResponse::new().url(context.world.fetch_file(group, context.served.account, &file)?.url()))
}

fn upload_group_file(context: &mut Context<'_>, action: UploadGroupFile) -> Result<UploadGroupFileResponse, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    let file = context.world.import(&action.file, MediaKind::File)?;
    let size = context.world.file(&file)?.whole();
    let folder = action.folder.map_or_else(|| ROOT.to_owned(), |folder| folder.to_string());
    let folder = if folder.is_empty() { ROOT } else { &folder };
    let id = context.world.upload(group, context.served.account, &action.name, size, folder)?;
    Ok(UploadGroupFileResponse::new(Some(id.into())))
}

fn move_group_file(context: &mut Context<'_>, action: MoveGroupFile) -> Result<MoveGroupFileResponse, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    let (file, to) = (action.file_id.to_string(), action.target_parent_directory.to_string());
    context.world.move_file(group, context.served.account, &file, &to)?;
    Ok(MoveGroupFileResponse::new(true))
}

fn rename_group_file(context: &mut Context<'_>, action: RenameGroupFile) -> Result<RenameGroupFileResponse, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    context.world.rename_file(group, context.served.account, &action.file_id.to_string(), &action.new_name)?;
    Ok(RenameGroupFileResponse::new(true))
}

fn trans_group_file(context: &mut Context<'_>, action: TransGroupFile) -> Result<TransGroupFileResponse, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    context.world.keep_file(group, context.served.account, &action.file_id.to_string())?;
    Ok(TransGroupFileResponse::new(true))
}

fn well() -> FileResult {
    FileResult::new(0, "ok", "")
}

fn delete_group_file(context: &mut Context<'_>, action: DeleteGroupFile) -> Result<DeleteGroupFileResponse, Failure> {
    let (group, file) = (number(action.group_id.as_i64(), "group")?, action.file_id.to_string());
    context.world.drop_file(group, context.served.account, &file)?;
    let gone = DeleteGroupFileResponseTransGroupFileResult::new(well(), vec![file], Vec::new());
    Ok(DeleteGroupFileResponse::new(0, "", gone))
}

fn create_group_file_folder(
    context: &mut Context<'_>,
    action: CreateGroupFileFolder,
) -> Result<CreateGroupFileFolderResponse, Failure> {
    let group: GroupId = number(action.group_id.as_i64(), "group")?;
    let made = context.world.make_folder(group, context.served.account, &action.folder_name)?;
    let mut rendered = example::<CreateGroupFileFolder>(NAPCAT)?;
    rendered.result = Some(well());
    let item = rendered.group_item.as_mut().ok_or_else(|| Failure::action("the example has no folder"))?;
    item.peer_id = Some(group.into());
    let info = item.folder_info.as_mut().ok_or_else(|| Failure::action("the example has no folder"))?;
    info.folder_id = Some(made.id.as_str().into());
    info.parent_folder_id = Some(ROOT.into());
    info.folder_name = Some(made.name);
    (info.create_time, info.modify_time) = (Some(made.created), Some(made.created));
    info.create_uin = Some(made.creator.into());
    info.creator_name = Some(name_of(context, made.creator));
    info.total_file_count = Some(0);
    Ok(rendered)
}

fn delete_group_folder(context: &mut Context<'_>, action: DeleteGroupFolder) -> Result<FileResult, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    context.world.drop_folder(group, context.served.account, &action.folder_id.to_string())?;
    Ok(well())
}
