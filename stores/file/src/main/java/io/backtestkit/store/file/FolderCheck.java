package io.backtestkit.store.file;

import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.StoreFinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Examines a data folder and changes nothing. */
final class FolderCheck {

    private static final Set<PosixFilePermission> OWNERS = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    /** The types of folders that another machine, or the host of this one, shares. */
    private static final Pattern SHARED =
            Pattern.compile("nfs.*|cifs|smb.*|9p|afpfs|webdav|davfs2?|vboxsf|drvfs|ceph|lustre"
                    + "|virtiofs|fakeowner|vmhgfs|prl_fs"
                    + "|fuse\\.(sshfs|glusterfs|ceph|s3fs|rclone|grpcfuse|vmhgfs-fuse|davfs2?)");

    /** What may be in a data folder without being a signal's; the last is in the root of every ext4 disk. */
    private static final Set<String> NO_MATTER = Set.of(FileNames.LOCK, FileNames.OLD_OWNER, "lost+found");

    private static final byte[] NOTHING = new byte[0];

    private final DataFolder folder;
    private final DurableFiles files;
    private final Instant now;
    private final List<StoreFinding> findings = new ArrayList<>();

    FolderCheck(DataFolder folder, DurableFiles files, Instant now) {
        this.folder = folder;
        this.files = files;
        this.now = now;
    }

    List<StoreFinding> findings() throws IOException, FileFault {
        folder.requireThere();
        checkFolder();
        findings.add(fileSystem(folder));
        for (Path file : folder.filesEndingIn("")) {
            checkFile(file);
        }
        return findings;
    }

    /** Returns only the signals and trades that are damaged and whose key cannot be told. */
    List<StoreFinding> keyless() throws IOException, FileFault {
        for (Path file : folder.ownFiles(FileNames.RECORD)) {
            if (StoredRecord.load(folder, file)
                    .filter(found -> found.key().isEmpty())
                    .isPresent()) {
                checkRecord(file);
            }
        }
        for (Path file : folder.ownFiles(FileNames.TRADES)) {
            // a plain name tells the key; only the others, which are few, are read
            if (FileNames.keyOf(file, FileNames.TRADES, NOTHING).isEmpty()
                    && TradeFile.load(folder, file).key().isEmpty()) {
                checkTrades(file);
            }
        }
        folder.requireAllListed();
        findings.removeIf(finding -> finding.level() != StoreFinding.Level.DAMAGED);
        return findings;
    }

    private void checkFolder() throws IOException {
        String subject = "folder " + folder.base();
        if (files.isPoisoned()) {
            findings.add(StoreFinding.refused(
                    subject,
                    "flushing to the disk failed repeatedly, so every change is refused",
                    "Check the disk and the system log, then open the store again."));
        } else if (!Files.isWritable(folder.base())) {
            findings.add(StoreFinding.refused(
                    subject,
                    "it cannot be written to",
                    "Check its owner and mode, and whether the disk is mounted read-only."));
        } else if (LocalDisk.POSIX && !OWNERS.containsAll(Files.getPosixFilePermissions(folder.base()))) {
            findings.add(StoreFinding.warning(
                    subject, "other users of this machine can look into it", "Run: chmod 700 " + folder.base()));
        } else {
            findings.add(StoreFinding.ok(subject, "it is there and can be written to"));
        }
    }

    /** Says whether the file system below a folder keeps the promise. */
    static StoreFinding fileSystem(DataFolder folder) throws IOException {
        String type = folder.disk().type(folder.base()).toLowerCase(Locale.ROOT);
        String subject = "file system of " + folder.base();
        Optional<String> weakness = weakness(type);
        return weakness.isPresent()
                ? StoreFinding.warning(
                        subject,
                        "its type was " + type + ", " + weakness.get(),
                        "Keep live signals on a local disk (ext4, xfs, btrfs, zfs, apfs, ntfs).")
                : StoreFinding.ok(subject, "its type was " + type);
    }

    static Optional<String> weakness(String type) {
        if (type.equals("tmpfs") || type.equals("ramfs")) {
            return Optional.of("which is memory: a restart of the machine loses everything");
        }
        if (SHARED.matcher(type).matches()) {
            return Optional.of("which is a network or shared folder: locks and flushes do not keep the promise there");
        }
        if (type.startsWith("fuse.") || type.equals("fuse")) {
            return Optional.of(
                    "which is made by a program: whether locks and flushes keep the promise there is not known");
        }
        if (type.equals("overlay") || type.equals("overlayfs") || type.equals("aufs")) {
            return Optional.of("which is the layer of a container: it goes with the container");
        }
        if (type.equals("vfat") || type.equals("msdos") || type.equals("exfat")) {
            return Optional.of("which keeps no journal: a power cut may take files with it");
        }
        return Optional.empty();
    }

    private void checkFile(Path file) throws IOException {
        String name = FileNames.nameOf(file);
        if (FileNames.isOurs(folder.base(), file, FileNames.RECORD)) {
            checkRecord(file);
        } else if (FileNames.isOurs(folder.base(), file, FileNames.TRADES)) {
            checkTrades(file);
        } else if (FileNames.isOurs(folder.base(), file, FileNames.CLAIM)) {
            checkClaim(file);
        } else if (name.endsWith(FileNames.STALE) || name.endsWith(FileNames.TEMPORARY)) {
            findings.add(StoreFinding.warning(
                    "file " + folder.relative(file),
                    "a write that was never finished, or is just being made",
                    "If it is old, no reader ever saw it: look into it, then delete it."));
        } else if (name.endsWith(FileNames.DAMAGED)) {
            findings.add(StoreFinding.warning(
                    "file " + folder.relative(file),
                    "a copy of bytes that could not be read",
                    "Once the matter is settled, move it away or delete it."));
        } else if (Files.isSymbolicLink(file) && FileNames.isOurFolder(file)) {
            findings.add(StoreFinding.refused(
                    "folder " + folder.relative(file),
                    "it was a link that leads nowhere",
                    "Is a disk missing? Put a real folder in its place."));
        } else if (!NO_MATTER.contains(name)) {
            String kind = Files.isDirectory(file) ? "folder " : "file ";
            findings.add(StoreFinding.warning(
                    kind + folder.relative(file), "it is not of this store", "Keep other files elsewhere."));
        }
    }

    private void checkRecord(Path file) throws IOException {
        Optional<StoredRecord> found = StoredRecord.load(folder, file);
        if (found.isEmpty()) {
            return; // ended while we looked
        }
        String subject = "signal " + subject(file, found.get().key());
        if (found.get().envelope() != null) {
            findings.add(StoreFinding.readable(found.get().envelope().signal()));
            return;
        }
        findings.add(damaged(subject, file, found.get().key(), found.get().fault()));
    }

    private void checkTrades(Path file) throws IOException {
        TradeFile found = TradeFile.load(folder, file);
        String subject = found.key().map(key -> "trades of " + key).orElse("trades in " + folder.relative(file));
        if (!found.fault().isEmpty()) {
            findings.add(StoreFinding.damaged(
                    subject, found.fault(), "Mend or remove that line while nothing trades here; look into " + file));
        } else if (found.torn().length > 0) {
            findings.add(StoreFinding.warning(
                    subject,
                    "it ends in " + found.torn().length + " bytes of a line that was never finished",
                    "Nothing: the next append keeps them aside."));
        } else {
            int trades = found.trades().size();
            findings.add(found.key()
                    .map(key -> StoreFinding.readable(key, trades))
                    .orElseGet(() -> StoreFinding.ok(subject, "no trade")));
        }
    }

    private void checkClaim(Path file) throws IOException {
        byte[] bytes;
        try {
            bytes = folder.disk().read(file);
        } catch (NoSuchFileException e) {
            return; // moved away while we looked
        }
        try {
            StoredClaim claim = StoredClaim.open(folder, file, bytes);
            claim.holder()
                    .ifPresent(holder -> findings.add(StoreFinding.ok(
                            "claim " + claim.key(),
                            "held by " + holder.owner() + " under epoch " + holder.epoch()
                                    + (claim.inForce(now) ? " until " : ", run out at ") + holder.until())));
        } catch (SignalFormatException e) {
            Optional<SignalKey> key = FileNames.keyOf(file, FileNames.CLAIM, bytes);
            findings.add(damaged("claim " + subject(file, key), file, key, String.valueOf(e.getMessage())));
        }
    }

    private StoreFinding damaged(String subject, Path file, Optional<SignalKey> key, String fault) {
        return StoreFinding.damaged(
                subject,
                fault,
                key.map(known -> Quarantine.advice("", folder.store(), known, fault))
                        .orElse("Whose it is cannot be told: look into " + file));
    }

    private String subject(Path file, Optional<SignalKey> key) {
        return key.map(SignalKey::toString).orElse("in " + folder.relative(file));
    }
}
