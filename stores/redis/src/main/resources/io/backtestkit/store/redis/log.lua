-- What every script that appends to a trade log has. An entry is its checksum, a space, and the trade.

-- Returns what is wrong with the log or with the entry that arrived; nil if nothing is.
local function unusable(list, ids, slot, entry)
  local kind = redis.call('TYPE', list).ok
  if kind ~= 'none' and kind ~= 'list' then
    return 'NO_LOG its trade log is not a list'
  end
  kind = redis.call('TYPE', ids).ok
  if kind ~= 'none' and kind ~= 'set' then
    return 'NO_LOG the ids of its trade log are not a set'
  end
  if redis.sha1hex(slot .. '\n' .. string.sub(entry, 42)) ~= string.sub(entry, 1, 40) then
    return 'GARBLED'
  end
  return nil
end

-- Logs first, then remembers the id: whatever is denied in between, the trade is not lost, and asking for the same again
-- completes it without logging it twice.
local function append(list, ids, id, entry)
  if redis.call('SISMEMBER', ids, id) == 0 then
    if redis.call('LRANGE', list, -1, -1)[1] ~= entry then
      redis.call('RPUSH', list, entry)
    end
    redis.call('SADD', ids, id)
  end
end
