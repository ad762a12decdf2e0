//! Types by content and name.

use super::*;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
const UTF8_TEXT: &str = "text/plain; charset=utf-8";

#[test]
fn pictures_are_detected_from_the_bytes() {
    assert_eq!(content_type("a.png", PNG), "image/png");
    assert_eq!(content_type("a.txt", PNG), "image/png");
    assert_eq!(content_type("a.jpg", b"<html><script>alert(1)</script>"), "text/html; charset=utf-8");
    assert_eq!(content_type("a.gif", b"MZ\0\0 nothing like it"), "application/vnd.microsoft.portable-executable");
    assert_eq!(content_type("a.webp", b"hello"), UTF8_TEXT);
    assert_eq!(content_type("a.png", b"\x01\x02\x03"), UNKNOWN);
    assert_eq!(content_type("a.png", b""), UNKNOWN);
    assert_eq!(content_type("a.tif", b"II*\0\x08\0\0\0\x01\0\0\x01"), "image/tiff");
    assert_eq!(content_type("a", b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf"), "image/avif");
    assert_eq!(content_type("IMG_1.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), "image/heif");
}

#[test]
fn programs_and_notes_are_no_films() {
    for name in [
        "a.ts",
        "a.mts",
        "go.mod",
        "a.mod",
        "x.mp3",
        "song.flac",
        "a.ogg",
        "model.vmd",
        "mesh.obj",
        "font.otf",
        "report.pdf",
        "a.docx",
        "a.bin",
    ] {
        for text in ["let x: number = 1;\n", "module example.org/x\n\ngo 1.22\n", "BMW is a car", "ID3 tags", "MZ", "OTTO", "\u{1b}[1mbold"]
        {
            assert_eq!(content_type(name, text.as_bytes()), UTF8_TEXT, "{name} {text:?}");
        }
    }
    assert_eq!(content_type("a.ts", b"// Gr\xf6\xdfe\nlet x = 1;\n"), "text/plain");
    assert_eq!(content_type("a.ts", b"\xff\xfel\0e\0t\0"), "text/plain; charset=utf-16");
    assert_eq!(content_type("a.ts", b""), UNKNOWN);
    let mut film = vec![0x47, 0x40, 0x11, 0x10, 0];
    film.resize(4096, 0xff);
    assert_eq!(content_type("film.ts", &film), "video/vnd.dlna.mpeg-tts");
    assert_eq!(content_type("song.mp3", b"\xff\xf3\x18\xc4\0\0"), "audio/mpeg");
}

#[test]
fn texts_have_the_type_of_their_name() {
    assert_eq!(content_type("notes.md", b"# Notes"), "text/markdown; charset=utf-8");
    assert_eq!(content_type("a.json", b"{}"), "application/json");
    assert_eq!(content_type("a.rs", b"fn main() {}"), "text/x-rust; charset=utf-8");
    assert_eq!(content_type("page.html", b"<p>hello"), "text/html; charset=utf-8");
    assert_eq!(content_type("component.vue", b"<p>hello"), UTF8_TEXT);
    assert_eq!(content_type("notes.txt", b"\xcf\xf0\xe8\xe2\xe5\xf2"), "text/plain");
    assert_eq!(content_type("README", "gr\u{fc}n".as_bytes()), UTF8_TEXT);
    assert_eq!(content_type("README", &"gr\u{fc}".as_bytes()[..3]), UTF8_TEXT);
    assert_eq!(content_type("run", b"#!/bin/sh\necho"), "text/x-shellscript; charset=utf-8");
    assert_eq!(content_type("core", b"\0\x01\x02"), UNKNOWN);
    assert_eq!(content_type("notes.txt", b"\0\x01\x02"), UNKNOWN);
    assert_eq!(content_type("", b""), UNKNOWN);
    assert_eq!(content_type("a.txt", b""), UTF8_TEXT);
}

#[test]
fn documents_are_detected_from_the_bytes_and_archives_by_their_name() {
    assert_eq!(content_type("report.docx", b"PK\x03\x04"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
    assert_eq!(content_type("a.zip", b"PK\x03\x04"), "application/zip");
    assert_eq!(content_type("a.png", b"PK\x03\x04"), "application/zip");
    assert_eq!(content_type("paper.PDF", b"%PDF-1.7"), "application/pdf");
    assert_eq!(content_type("paper.txt", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3"), "application/pdf");
    assert_eq!(content_type("a.xyz", b"\0\x01\x02"), "chemical/x-xyz");
}

#[test]
fn drawings_are_detected_from_their_first_element() {
    for text in [
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "\u{feff}<?xml version=\"1.0\"?>\n<!-- made by hand -->\n<!DOCTYPE svg>\n<svg>",
        "<svg:svg>",
    ] {
        for name in ["logo.svg", "logo.png", "logo"] {
            let kind = file_type(name, text.as_bytes());
            assert_eq!((kind.mime_type.as_str(), kind.is_picture), (SVG, false), "{name} {text}");
        }
    }
    assert_eq!(content_type("logo.svg", b"not a drawing"), UTF8_TEXT);
    assert_eq!(content_type("a.html", b"<svgs>"), "text/html; charset=utf-8");
    for cut in ["<!--", "<?xml", "<!doctype svg", "<", "<sv"] {
        assert!(!is_svg(cut.as_bytes()));
    }
}

#[test]
fn a_name_without_an_ending_gets_the_one_of_the_content() {
    let kind = file_type("image", PNG);
    assert_eq!((kind.extension.as_str(), kind.is_picture), ("png", true));
    assert_eq!(file_type("image.JPG", PNG).extension, "jpg");
    assert_eq!(file_type("notes", b"hello").extension, "");
}

#[test]
fn content_that_can_run_scripts_is_not_inline() {
    for kind in ["text/html", "image/svg+xml", "application/pdf", "text/xml", "application/xhtml+xml", "text/plain; charset=utf-8", ""] {
        assert!(!is_inline(kind), "{kind}");
    }
    for kind in ["image/png", "image/JPEG", "video/mp4", "audio/mpeg; x=y"] {
        assert!(is_inline(kind), "{kind}");
    }
}
