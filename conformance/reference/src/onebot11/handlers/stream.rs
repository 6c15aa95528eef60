//! Files in chunks: actions that answer in parts, and uploads that come in parts.

use botspec_bindings::Empty;
use botspec_bindings::napcat::actions::{
    CleanStreamTempFile, DownloadFileImageStream, DownloadFileImageStreamResponse as ImagePart,
    DownloadFileImageStreamResponseFileInfo as ImageInfo, DownloadFileRecordStream,
    DownloadFileRecordStreamResponse as RecordPart, DownloadFileRecordStreamResponseFileInfo as RecordInfo,
    DownloadFileStream, DownloadFileStreamResponse as Part, DownloadFileStreamResponseFileInfo as Info,
    TestDownloadStream, TestDownloadStreamResponse, TestDownloadStreamResponseResponse,
    TestDownloadStreamResponseStream, UploadFileStream, UploadFileStreamResponse,
    UploadFileStreamResponseChunkReceived, UploadFileStreamResponseFileComplete,
    UploadFileStreamResponseFileCompleteInit,
};
use botspec_bindings::napcat::types::{FileChunk, FileChunkInit, FileComplete};
use serde_json::Value;

use crate::answer::Failure;
use crate::onebot11::json_merge::value;
use crate::onebot11::table::{NAPCAT, Table};
use crate::protocol::Context;
use crate::world::{Media, MediaKind, decode_base64, encode_base64};

pub(super) fn add(table: &mut Table) {
    table.add_untyped::<DownloadFileStream>(NAPCAT, download_file_stream);
    table.add_untyped::<DownloadFileImageStream>(NAPCAT, download_file_image_stream);
    table.add_untyped::<DownloadFileRecordStream>(NAPCAT, download_file_record_stream);
    table.add_untyped::<TestDownloadStream>(NAPCAT, test_download_stream);
    table.add_untyped::<UploadFileStream>(NAPCAT, upload_file_stream);
    table.add::<CleanStreamTempFile>(NAPCAT, clean_stream_temp_file);
}

/// A chunk has so many bytes where nothing is sent.
const USUAL_PIECE: i64 = 65_536;
/// No file is reported in more chunks.
const MOST_PIECES: i64 = 10_000;

/// The chunks of a file, and that they were all.
fn chunks(file: &Media, size: Option<i64>) -> Result<Vec<Value>, Failure> {
    let size = size.unwrap_or(USUAL_PIECE).max(1);
    let count = (file.size + size - 1) / size;
    if count > MOST_PIECES {
        return Err(Failure::action(format!("that makes {count} pieces; {MOST_PIECES} is the most")));
    }
    let content = file.bytes();
    let rendered = (0..count).map(|index| {
        let bytes = size.min(file.size - index * size);
        let from = usize::try_from(index * size).unwrap_or_default();
        let upto = usize::try_from(index * size + bytes).unwrap_or_default();
        let data = encode_base64(content.get(from..upto).unwrap_or_default());
        let base64_size = i64::try_from(data.len()).unwrap_or(i64::MAX);
        let progress = (index + 1) * 100 / count;
        value(&Part::FileChunk(FileChunk::new(FileChunkInit { index, data, size: bytes, progress, base64_size })))
    });
    let end = Part::FileComplete(FileComplete::new(count, file.size, "Download completed"));
    Ok(rendered.chain([value(&end)]).collect())
}

fn parts(first: Value, file: &Media, size: Option<i64>) -> Result<Value, Failure> {
    Ok([first].into_iter().chain(chunks(file, size)?).collect())
}

fn download_file_stream(context: &mut Context<'_>, action: DownloadFileStream) -> Result<Value, Failure> {
    let file = context.world.file(&action.file.to_string())?;
    let info = Info::new(&file.title, file.size, action.chunk_size.unwrap_or(USUAL_PIECE));
    parts(value(&Part::FileInfo(info)), file, action.chunk_size)
}

fn download_file_image_stream(context: &mut Context<'_>, action: DownloadFileImageStream) -> Result<Value, Failure> {
    let file = context.world.file_of(&action.file.to_string(), MediaKind::Image)?;
    let info = ImageInfo::new(&file.title, file.size, action.chunk_size.unwrap_or(USUAL_PIECE));
    parts(value(&ImagePart::FileInfo(info.width(100).height(100))), file, action.chunk_size)
}

fn download_file_record_stream(context: &mut Context<'_>, action: DownloadFileRecordStream) -> Result<Value, Failure> {
    let file = context.world.file_of(&action.file.to_string(), MediaKind::Record)?;
    let mut info = RecordInfo::new(&file.title, file.size, action.chunk_size.unwrap_or(USUAL_PIECE));
    info.out_format = action.out_format.map(|format| format.to_string());
    parts(value(&RecordPart::FileInfo(info)), file, action.chunk_size)
}

/// So many lines come before the last answer.
const TEST_LINES: u32 = 10;

fn test_download_stream(_: &mut Context<'_>, action: TestDownloadStream) -> Result<Value, Failure> {
    if action.error == Some(true) {
        return Err(Failure::action("the test was asked to fail"));
    }
    let settings = |place: u32| TestDownloadStreamResponseStream::new(format!("line {place}"));
    let lines = (0..TEST_LINES).map(|place| value(&TestDownloadStreamResponse::Stream(settings(place))));
    let end = TestDownloadStreamResponse::Response(TestDownloadStreamResponseResponse::new("Stream completed"));
    Ok(lines.chain([value(&end)]).collect())
}

fn upload_file_stream(context: &mut Context<'_>, action: UploadFileStream) -> Result<Value, Failure> {
    let stream = action.stream_id.as_str();
    if action.reset == Some(true) {
        context.world.drop_uploads(Some(stream));
        return Err(Failure::action("the pieces were thrown away"));
    }
    let rendered = if let Some(data) = &action.chunk_data {
        let index = action.chunk_index.and_then(|index| usize::try_from(index).ok());
        let total = action.total_chunks.and_then(|total| usize::try_from(total).ok());
        let (Some(index), Some(total)) = (index, total) else {
            return Err(Failure::action("a piece needs its place and the number of all"));
        };
        let chunk = if data.is_empty() { Some(Vec::new()) } else { decode_base64(data) };
        let chunk = chunk.ok_or_else(|| Failure::action("the piece is no base64"))?;
        context.world.add_chunk(stream, index, total, chunk)?;
        if let Some(name) = action.filename {
            context.world.upload_mut(stream)?.name = name;
        }
        so_far(context, stream)?
    } else if action.is_complete == Some(true) {
        complete(context, stream)?
    } else {
        so_far(context, stream)?
    };
    Ok(Value::Array(vec![value(&rendered)]))
}

fn so_far(context: &mut Context<'_>, stream: &str) -> Result<UploadFileStreamResponse, Failure> {
    let upload = context.world.upload_mut(stream)?;
    let whole = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let (connected, all) = (whole(upload.chunks.len()), whole(upload.total));
    let rendered = UploadFileStreamResponseChunkReceived::new(stream, connected, all);
    Ok(UploadFileStreamResponse::ChunkReceived(rendered))
}

fn complete(context: &mut Context<'_>, stream: &str) -> Result<UploadFileStreamResponse, Failure> {
    let (file, chunks) = context.world.finish_upload(stream)?;
    let chunks = i64::try_from(chunks).unwrap_or(i64::MAX);
    let rendered = UploadFileStreamResponseFileComplete::new(UploadFileStreamResponseFileCompleteInit {
        stream_id: stream.to_owned(),
        received_chunks: chunks,
        total_chunks: chunks,
        file_size: context.world.file(&file)?.size,
        file_path: file,
    });
    Ok(UploadFileStreamResponse::FileComplete(rendered))
}

fn clean_stream_temp_file(context: &mut Context<'_>, _: CleanStreamTempFile) -> Result<Empty, Failure> {
    context.world.drop_uploads(None);
    Ok(Empty)
}
