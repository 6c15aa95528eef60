//! Files in pieces: actions that answer in parts, and uploads that come in parts.

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
use crate::onebot11::table::{NAPCAT, Table};
use crate::onebot11::told::value;
use crate::protocol::Context;
use crate::world::{Media, MediaKind, base64_size};

pub(super) fn add(table: &mut Table) {
    table.tell::<DownloadFileStream>(NAPCAT, download_file_stream);
    table.tell::<DownloadFileImageStream>(NAPCAT, download_file_image_stream);
    table.tell::<DownloadFileRecordStream>(NAPCAT, download_file_record_stream);
    table.tell::<TestDownloadStream>(NAPCAT, test_download_stream);
    table.tell::<UploadFileStream>(NAPCAT, upload_file_stream);
    table.add::<CleanStreamTempFile>(NAPCAT, clean_stream_temp_file);
}

/// A piece has so many bytes where nothing is said.
const USUAL_PIECE: i64 = 65_536;
/// No file is told in more pieces.
const MOST_PIECES: i64 = 10_000;

/// The pieces of a file, and that they were all. What is in the file is made up: nothing but zeroes.
fn pieces(file: &Media, size: Option<i64>) -> Result<Vec<Value>, Failure> {
    let size = size.unwrap_or(USUAL_PIECE).max(1);
    let count = (file.size + size - 1) / size;
    if count > MOST_PIECES {
        return Err(Failure::action(format!("that makes {count} pieces; {MOST_PIECES} is the most")));
    }
    let told = (0..count).map(|index| {
        let bytes = size.min(file.size - index * size);
        let data = zeroes(bytes);
        let base64_size = i64::try_from(data.len()).unwrap_or(i64::MAX);
        let progress = (index + 1) * 100 / count;
        value(&Part::FileChunk(FileChunk::new(FileChunkInit { index, data, size: bytes, progress, base64_size })))
    });
    let end = Part::FileComplete(FileComplete::new(count, file.size, "Download completed"));
    Ok(told.chain([value(&end)]).collect())
}

/// So many zero bytes in base64.
fn zeroes(bytes: i64) -> String {
    let bytes = usize::try_from(bytes).unwrap_or_default();
    let rest = ["", "AA==", "AAA="][bytes % 3];
    "AAAA".repeat(bytes / 3) + rest
}

fn parts(first: Value, file: &Media, size: Option<i64>) -> Result<Value, Failure> {
    Ok([first].into_iter().chain(pieces(file, size)?).collect())
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
    let line = |place: u32| TestDownloadStreamResponseStream::new(format!("line {place}"));
    let lines = (0..TEST_LINES).map(|place| value(&TestDownloadStreamResponse::Stream(line(place))));
    let end = TestDownloadStreamResponse::Response(TestDownloadStreamResponseResponse::new("Stream completed"));
    Ok(lines.chain([value(&end)]).collect())
}

fn upload_file_stream(context: &mut Context<'_>, action: UploadFileStream) -> Result<Value, Failure> {
    let stream = action.stream_id.as_str();
    if action.reset == Some(true) {
        context.world.drop_uploads(Some(stream));
        return Err(Failure::action("the pieces were thrown away"));
    }
    let told = if let Some(data) = &action.chunk_data {
        let index = action.chunk_index.and_then(|index| usize::try_from(index).ok());
        let total = action.total_chunks.and_then(|total| usize::try_from(total).ok());
        let (Some(index), Some(total)) = (index, total) else {
            return Err(Failure::action("a piece needs its place and the number of all"));
        };
        let size = if data.is_empty() { Some(0) } else { base64_size(data) };
        let size = size.ok_or_else(|| Failure::action("the piece is no base64"))?;
        context.world.add_piece(stream, index, total, size)?;
        if let Some(name) = action.filename {
            context.world.upload_mut(stream)?.name = name;
        }
        so_far(context, stream)?
    } else if action.is_complete == Some(true) {
        complete(context, stream)?
    } else {
        so_far(context, stream)?
    };
    Ok(Value::Array(vec![value(&told)]))
}

fn so_far(context: &mut Context<'_>, stream: &str) -> Result<UploadFileStreamResponse, Failure> {
    let upload = context.world.upload_mut(stream)?;
    let whole = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let (came, all) = (whole(upload.pieces.len()), whole(upload.total));
    let told = UploadFileStreamResponseChunkReceived::new(stream, came, all);
    Ok(UploadFileStreamResponse::ChunkReceived(told))
}

fn complete(context: &mut Context<'_>, stream: &str) -> Result<UploadFileStreamResponse, Failure> {
    let (file, pieces) = context.world.finish_upload(stream)?;
    let pieces = i64::try_from(pieces).unwrap_or(i64::MAX);
    let told = UploadFileStreamResponseFileComplete::new(UploadFileStreamResponseFileCompleteInit {
        stream_id: stream.to_owned(),
        received_chunks: pieces,
        total_chunks: pieces,
        file_size: context.world.file(&file)?.size,
        file_path: file,
    });
    Ok(UploadFileStreamResponse::FileComplete(told))
}

fn clean_stream_temp_file(context: &mut Context<'_>, _: CleanStreamTempFile) -> Result<Empty, Failure> {
    context.world.drop_uploads(None);
    Ok(Empty)
}
