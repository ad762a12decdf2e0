//! Builds a filter from a list, of any size in bounded memory: a list that is sorted by its hashes, as Have I Been Pwned publishes
//! it, is read twice, another one as often as its keys take.

use std::fs::{File, Permissions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::NamedTempFile;
use xorf::BinaryFuse16;

use super::filter::{PART_BITS_MAX, encode_part, header, header_bytes, part_of};
use super::lines::for_each_key;

/// Keys of one part, on average.
const PART_KEYS: u64 = 65_536;
/// Keys in memory at the same time, if the list is not sorted: 64 MiB, and up to twice as much while they are collected.
const KEYS_IN_MEMORY_MAX: u64 = 8 * 1024 * 1024;

#[derive(Debug, Clone, Copy)]
pub struct BuildOptions {
    /// Hashes that were seen less often are left out.
    pub seen_min: u64,
    keys_in_memory_max: u64,
}

impl Default for BuildOptions {
    fn default() -> Self {
        Self { seen_min: 1, keys_in_memory_max: KEYS_IN_MEMORY_MAX }
    }
}

impl BuildOptions {
    pub fn seen_at_least(seen_min: u64) -> Self {
        Self { seen_min, ..Self::default() }
    }
}

/// What was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Built {
    /// Different ones.
    pub passwords: u64,
    pub file_bytes: u64,
}

/// Writes the filter beside its place first, and then moves it there: a running server keeps the former one until it starts again.
pub fn build(list: &Path, filter: &Path, options: BuildOptions) -> io::Result<Built> {
    let folder = filter.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !list.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the list is read more than once, so it must be a file"));
    }
    let overview = Overview::of(list, options)?;
    if overview.keys == 0 {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "there is no password in the list"));
    }
    let mut file = NamedTempFile::new_in(folder)?;
    let mut writer = PartWriter::new(BufWriter::new(file.as_file_mut()), overview.part_bits())?;
    if overview.is_sorted {
        write_sorted(list, options, &mut writer)?;
    } else {
        write_unsorted(list, options, overview, &mut writer)?;
    }
    let built = writer.finish()?;
    // It is no secret, and the server may run as another user.
    file.as_file().set_permissions(Permissions::from_mode(0o644))?;
    file.as_file().sync_all()?;
    file.persist(filter).map_err(|error| error.error)?;
    Ok(built)
}

#[derive(Debug, Clone, Copy)]
struct Overview {
    keys: u64,
    is_sorted: bool,
}

impl Overview {
    fn of(list: &Path, options: BuildOptions) -> io::Result<Self> {
        let (mut keys, mut is_sorted, mut last) = (0, true, 0);
        for_each_key(File::open(list)?, options.seen_min, |key| {
            keys += 1;
            is_sorted &= key >= last;
            last = key;
            Ok(())
        })?;
        Ok(Self { keys, is_sorted })
    }

    fn part_bits(self) -> u32 {
        self.keys.div_ceil(PART_KEYS).next_power_of_two().trailing_zeros().min(PART_BITS_MAX)
    }
}

/// One part after the other, in one pass.
fn write_sorted(list: &Path, options: BuildOptions, writer: &mut PartWriter<impl Write + Seek>) -> io::Result<()> {
    let mut keys = Vec::new();
    for_each_key(File::open(list)?, options.seen_min, |key| {
        while part_of(key, writer.part_bits) > writer.written() {
            writer.write(&mut keys)?;
        }
        keys.push(key);
        Ok(())
    })?;
    writer.write(&mut keys)
}

/// In each pass the keys of as many parts as fit into memory.
fn write_unsorted(list: &Path, options: BuildOptions, overview: Overview, writer: &mut PartWriter<impl Write + Seek>) -> io::Result<()> {
    let parts = 1_usize << writer.part_bits;
    let keys_of_part = overview.keys.div_ceil(parts as u64).max(1);
    let parts_in_pass = usize::try_from(options.keys_in_memory_max / keys_of_part).unwrap_or(parts).clamp(1, parts);
    let mut first = 0;
    while first < parts {
        let mut keys: Vec<Vec<u64>> = vec![Vec::new(); parts_in_pass.min(parts - first)];
        for_each_key(File::open(list)?, options.seen_min, |key| {
            if let Some(keys) = part_of(key, writer.part_bits).checked_sub(first).and_then(|part| keys.get_mut(part)) {
                keys.push(key);
            }
            Ok(())
        })?;
        for keys in &mut keys {
            writer.write(keys)?;
        }
        first += keys.len();
    }
    Ok(())
}

struct PartWriter<W> {
    out: W,
    part_bits: u32,
    /// Where the parts so far began, and the next one begins.
    offsets: Vec<u64>,
    passwords: u64,
}

impl<W: Write + Seek> PartWriter<W> {
    fn new(mut out: W, part_bits: u32) -> io::Result<Self> {
        let start = header_bytes(1 << part_bits);
        out.seek(SeekFrom::Start(start))?;
        Ok(Self { out, part_bits, offsets: vec![start], passwords: 0 })
    }

    /// The number of parts that are written.
    fn written(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Writes the next part, and empties `keys`.
    fn write(&mut self, keys: &mut Vec<u64>) -> io::Result<()> {
        keys.sort_unstable();
        keys.dedup();
        let mut end = self.offsets.last().copied().unwrap_or_default();
        if !keys.is_empty() {
            let part = encode_part(&BinaryFuse16::try_from(&*keys).map_err(io::Error::other)?);
            self.out.write_all(&part)?;
            end += part.len() as u64;
        }
        self.passwords += keys.len() as u64;
        self.offsets.push(end);
        keys.clear();
        Ok(())
    }

    fn finish(mut self) -> io::Result<Built> {
        while self.written() < 1 << self.part_bits {
            self.write(&mut Vec::new())?;
        }
        self.out.seek(SeekFrom::Start(0))?;
        self.out.write_all(&header(self.passwords, self.part_bits, &self.offsets))?;
        self.out.flush()?;
        Ok(Built { passwords: self.passwords, file_bytes: self.offsets.last().copied().unwrap_or_default() })
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::super::filter::{Filter, key_of};
    use super::*;

    fn password(n: u32) -> String {
        format!("password number {n}")
    }

    /// How many of some of the listed passwords, and of as many others, the filter contains. Each look-up reads a part.
    fn found(filter: &Path, number: u32) -> (u32, u32, u32) {
        let filter = Filter::open(filter).unwrap();
        let sample = |first: u32| (first..first + number).step_by(number.div_ceil(200) as usize);
        let contained = |first| sample(first).filter(|n| filter.contains(key_of(password(*n).as_bytes())).unwrap()).count() as u32;
        (sample(0).count() as u32, contained(0), contained(number))
    }

    #[test]
    fn sorted_and_unsorted_lists_of_any_form_give_the_same_filter() {
        const NUMBER: u32 = 200_000;
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let mut plain = String::new();
        let mut hashes: Vec<u64> = Vec::new();
        for n in 0..NUMBER {
            let _ = writeln!(plain, "{}", password(n));
            hashes.push(key_of(password(n).as_bytes()));
        }
        plain.push_str(&password(0));
        hashes.sort_unstable();
        let published: String = hashes.iter().map(|key| format!("{key:016X}0682250B6CF8331B7EE68FD8:7\r\n")).collect();
        std::fs::write(path("plain"), plain).unwrap();
        std::fs::write(path("published"), published).unwrap();
        let few_in_memory = BuildOptions { keys_in_memory_max: 60_000, ..BuildOptions::default() };
        let mut files = Vec::new();
        for (list, options) in [("plain", BuildOptions::default()), ("plain", few_in_memory), ("published", BuildOptions::default())] {
            let built = build(&path(list), &path("filter"), options).unwrap();
            let bytes = std::fs::read(path("filter")).unwrap();
            assert_eq!((built.passwords, built.file_bytes), (NUMBER.into(), bytes.len() as u64));
            assert!(bytes.len() < NUMBER as usize * 5 / 2, "{} bytes", bytes.len());
            files.push(bytes);
        }
        assert!(files[0] == files[1] && files[0] == files[2]);
        let (sample, listed, others) = found(&path("filter"), NUMBER);
        assert!(sample == 200 && listed == sample && others < 3, "{listed} and {others} of {sample}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3, "no temporary file is left");
    }

    #[test]
    fn lists_of_a_few_passwords_work() {
        let folder = tempfile::tempdir().unwrap();
        let (list, filter) = (folder.path().join("list"), folder.path().join("filter"));
        for number in [1, 2, 3, 5, 17, 65_537] {
            let lines: String = (0..number).map(|n| password(n) + "\n").collect();
            std::fs::write(&list, lines).unwrap();
            assert_eq!(build(&list, &filter, BuildOptions::default()).unwrap().passwords, u64::from(number));
            let (sample, listed, _) = found(&filter, number);
            assert_eq!(listed, sample);
        }
    }

    #[test]
    fn an_empty_list_is_an_error_and_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (list, filter) = (folder.path().join("list"), folder.path().join("filter"));
        std::fs::write(&filter, "what was there").unwrap();
        for (content, options) in [("", BuildOptions::default()), ("\n\n", BuildOptions::default())] {
            std::fs::write(&list, content).unwrap();
            assert!(build(&list, &filter, options).unwrap_err().to_string().contains("no password"));
        }
        std::fs::write(&list, "0000000000000001AAAAAAAAAAAAAAAAAAAAAAAA:3\n").unwrap();
        assert!(build(&list, &filter, BuildOptions::seen_at_least(4)).is_err());
        assert!(build(&folder.path().join("nothing"), &filter, BuildOptions::default()).is_err());
        assert!(build(Path::new("/dev/null"), &filter, BuildOptions::default()).unwrap_err().to_string().contains("must be a file"));
        assert_eq!(std::fs::read_to_string(&filter).unwrap(), "what was there");
    }
}
