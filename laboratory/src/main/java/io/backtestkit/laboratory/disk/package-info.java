/**
 * A disk in memory, reached through {@link java.nio.file.Path}, that knows what a power cut would leave.
 *
 * <p>A {@link io.backtestkit.laboratory.disk.Volume} keeps apart what a program sees and what a force has made durable.
 * {@link io.backtestkit.laboratory.disk.PowerCut} lists every {@link io.backtestkit.laboratory.disk.Image} that may be found
 * after the power went at this moment:
 *
 * <ul>
 *   <li>of the changes of a folder since it was last forced (a name made, deleted, renamed), any part, whatever their order;
 *       a rename may also have made the new name and left the old one
 *   <li>of the content of a file since it was last forced, any part of its sectors of 512 bytes, and any length between the
 *       old one and the new one that ends a sector; a sector that is missing reads as zeros
 *   <li>forcing a file does not make its name durable, forcing a folder does not make content durable
 * </ul>
 *
 * Assumed: a sector is written whole or not at all, a rename never loses the old name's file before the new name is there,
 * and what was forced stays. After a force that failed, what it should have made durable may or may not be, and later forces
 * tell that all is well without mending it: the content of a file only if it is written once more, a folder only if
 * something else in it is changed.
 *
 * <p>A {@link io.backtestkit.laboratory.disk.Watcher} sees every call and may let it fail. A volume may be used by any
 * thread; one call at a time.
 */
@NullMarked
package io.backtestkit.laboratory.disk;

import org.jspecify.annotations.NullMarked;
