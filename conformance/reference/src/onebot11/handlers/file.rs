//! Files that were received.

use botspec_bindings::onebot11::actions::{
    CanSendImage, CanSendImageResponse, CanSendRecord, CanSendRecordResponse, GetImage, GetImageResponse, GetRecord,
    GetRecordResponse,
};

use crate::answer::Failure;
use crate::onebot11::table;
use crate::protocol::{Context, Handlers};
use crate::world::MediaKind;

pub(super) fn add(handlers: &mut Handlers) {
    table::add::<CanSendImage>(handlers, can_send_image);
    table::add::<CanSendRecord>(handlers, can_send_record);
    table::add::<GetImage>(handlers, get_image);
    table::add::<GetRecord>(handlers, get_record);
}

fn can_send_image(_: &mut Context<'_>, _: CanSendImage) -> Result<CanSendImageResponse, Failure> {
    Ok(CanSendImageResponse::new(true))
}

fn can_send_record(_: &mut Context<'_>, _: CanSendRecord) -> Result<CanSendRecordResponse, Failure> {
    Ok(CanSendRecordResponse::new(true))
}

fn get_image(context: &mut Context<'_>, action: GetImage) -> Result<GetImageResponse, Failure> {
    let image = context.world.file_of(&action.file.to_string(), MediaKind::Image)?;
    Ok(GetImageResponse::new(format!("/data/image/{}", image.name)))
}

fn get_record(context: &mut Context<'_>, action: GetRecord) -> Result<GetRecordResponse, Failure> {
    let record = context.world.file_of(&action.file.to_string(), MediaKind::Record)?;
    let stem = record.name.rsplit_once('.').map_or(record.name.as_str(), |(stem, _)| stem);
    Ok(GetRecordResponse::new(format!("/data/record/{stem}.{}", action.out_format)))
}
