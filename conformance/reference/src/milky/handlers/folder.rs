//! The files of a group, and the folders they lie in.

use botspec_bindings::milky::actions::{
    CreateGroupFolder, CreateGroupFolderResponse, DeleteGroupFile, DeleteGroupFileResponse, DeleteGroupFolder,
    DeleteGroupFolderResponse, GetGroupFiles, GetGroupFilesResponse, MoveGroupFile, MoveGroupFileResponse,
    RenameGroupFile, RenameGroupFileResponse, RenameGroupFolder, RenameGroupFolderResponse,
};
use botspec_bindings::milky::types::{GroupFileEntity, GroupFileEntityInit, GroupFolderEntity, GroupFolderEntityInit};

use super::file::folder;
use crate::answer::Failure;
use crate::milky::entities::whole;
use crate::milky::table::Table;
use crate::params::number;
use crate::protocol::Context;
use crate::world::{Folder, Group, GroupId, ROOT, Refusal, Stored, World};

pub(super) fn add(table: &mut Table) {
    table.add::<GetGroupFiles>(get_group_files);
    table.add::<MoveGroupFile>(move_group_file);
    table.add::<RenameGroupFile>(rename_group_file);
    table.add::<DeleteGroupFile>(delete_group_file);
    table.add::<CreateGroupFolder>(create_group_folder);
    table.add::<RenameGroupFolder>(rename_group_folder);
    table.add::<DeleteGroupFolder>(delete_group_folder);
}

fn get_group_files(context: &mut Context<'_>, action: GetGroupFiles) -> Result<GetGroupFilesResponse, Failure> {
    let world = &*context.world;
    let group = world.group_as(context.served.account, number(action.group_id.as_i64(), "group")?)?;
    let inside = folder(action.parent_folder_id);
    let files = group.files_in(&inside).filter_map(|stored| file(world, group.id, stored)).collect();
    if inside != ROOT {
        group.folder(&inside)?;
        return Ok(GetGroupFilesResponse::new(files, Vec::new()));
    }
    let folders = group.folders.values().map(|folder| folder_of(group, folder));
    Ok(GetGroupFilesResponse::new(files, folders.collect::<Vec<_>>()))
}

fn file(world: &World, group: GroupId, stored: &Stored) -> Option<GroupFileEntity> {
    let file = world.file(&stored.file).ok()?;
    let rendered = GroupFileEntity::new(GroupFileEntityInit {
        group_id: group.into(),
        file_id: stored.file.as_str().into(),
        file_name: file.title.clone(),
        parent_folder_id: stored.folder.as_str().into(),
        file_size: file.size,
        uploaded_time: stored.uploaded,
        uploader_id: stored.uploader.into(),
        downloaded_times: stored.fetched.into(),
    });
    Some(match stored.ends() {
        Some(end) => rendered.expire_time(end),
        None => rendered,
    })
}

fn folder_of(group: &Group, folder: &Folder) -> GroupFolderEntity {
    let newest = group.files_in(&folder.id).map(|stored| stored.uploaded).max();
    GroupFolderEntity::new(GroupFolderEntityInit {
        group_id: group.id.into(),
        folder_id: folder.id.as_str().into(),
        parent_folder_id: ROOT.into(),
        folder_name: folder.name.clone(),
        created_time: folder.created,
        last_modified_time: newest.map_or(folder.created, |newest| newest.max(folder.created)),
        creator_id: folder.creator.into(),
        file_count: whole(group.files_in(&folder.id).count()),
    })
}

/// A file has to lie where the client believes it to lie.
fn lies_in(context: &Context<'_>, group: GroupId, file: &str, place: &str) -> Result<(), Failure> {
    let group = context.world.group_as(context.served.account, group)?;
    if group.stored(file)?.folder == place { Ok(()) } else { Err(Refusal::NoSuchFile(file.to_owned()).into()) }
}

fn move_group_file(context: &mut Context<'_>, action: MoveGroupFile) -> Result<MoveGroupFileResponse, Failure> {
    let (group, file) = (number(action.group_id.as_i64(), "group")?, action.file_id.to_string());
    lies_in(context, group, &file, &folder(action.parent_folder_id))?;
    context.world.move_file(group, context.served.account, &file, &folder(action.target_folder_id))?;
    Ok(MoveGroupFileResponse::new())
}

fn rename_group_file(context: &mut Context<'_>, action: RenameGroupFile) -> Result<RenameGroupFileResponse, Failure> {
    let (group, file) = (number(action.group_id.as_i64(), "group")?, action.file_id.to_string());
    lies_in(context, group, &file, &folder(action.parent_folder_id))?;
    context.world.rename_file(group, context.served.account, &file, &action.new_file_name)?;
    Ok(RenameGroupFileResponse::new())
}

fn delete_group_file(context: &mut Context<'_>, action: DeleteGroupFile) -> Result<DeleteGroupFileResponse, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    context.world.drop_file(group, context.served.account, &action.file_id.to_string())?;
    Ok(DeleteGroupFileResponse::new())
}

fn create_group_folder(
    context: &mut Context<'_>,
    action: CreateGroupFolder,
) -> Result<CreateGroupFolderResponse, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    let made = context.world.make_folder(group, context.served.account, &action.folder_name)?;
    Ok(CreateGroupFolderResponse::new(made.id))
}

fn rename_group_folder(
    context: &mut Context<'_>,
    action: RenameGroupFolder,
) -> Result<RenameGroupFolderResponse, Failure> {
    let (group, folder) = (number(action.group_id.as_i64(), "group")?, action.folder_id.to_string());
    context.world.rename_folder(group, context.served.account, &folder, &action.new_folder_name)?;
    Ok(RenameGroupFolderResponse::new())
}

fn delete_group_folder(
    context: &mut Context<'_>,
    action: DeleteGroupFolder,
) -> Result<DeleteGroupFolderResponse, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    context.world.drop_folder(group, context.served.account, &action.folder_id.to_string())?;
    Ok(DeleteGroupFolderResponse::new())
}
