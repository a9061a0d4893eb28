package io.backtestkit.laboratory.disk;

import java.nio.channels.FileLock;

/** A lock of a whole file, held until it is released or its channel closed. */
final class VolumeLock extends FileLock {

    private final VolumeChannel channel;
    private boolean released;

    VolumeLock(VolumeChannel channel, long position, long size, boolean shared) {
        super(channel, position, size, shared);
        this.channel = channel;
    }

    @Override
    public boolean isValid() {
        return !released && channel.isOpen();
    }

    @Override
    public void release() {
        if (!released) {
            released = true;
            channel.unlock();
        }
    }
}
