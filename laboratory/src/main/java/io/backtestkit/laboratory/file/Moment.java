package io.backtestkit.laboratory.file;

import io.backtestkit.laboratory.disk.Image;
import java.util.List;

/**
 * A moment at which the power may go.
 *
 * @param images what may be left on the disk
 * @param possible what a store that is opened on it may say
 * @param epoch the newest epoch that was given; a later claim must have a larger one
 */
record Moment(List<Image> images, List<Snapshot> possible, long epoch) {}
