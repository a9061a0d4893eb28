-- What every script that changes a slot begins with.
--
-- KEYS[1] the record   KEYS[2] the fence
-- ARGV[1] the slot's name, strategy:symbol   ARGV[2] the schema this program knows   ARGV[3] its epoch
-- ARGV[4] its writer id   ARGV[5] the sequence number of this request, growing with each request of the writer

local function fits(sum, schema, epoch, body)
  return redis.sha1hex(ARGV[1] .. '\n' .. schema .. '\n' .. epoch .. '\n' .. body) == sum
end

-- Returns what is wrong with the record; nil if it is whole or absent; an error reply if it cannot be looked at.
local function damage()
  local held = redis.pcall('HMGET', KEYS[1], 'schema', 'epoch', 'sum', 'body')
  if held.err then
    if string.find(held.err, 'WRONGTYPE', 1, true) then
      return 'it is not a hash'
    end
    return held
  end
  if not (held[1] or held[2] or held[3] or held[4]) then
    return redis.call('EXISTS', KEYS[1]) == 1 and 'it has none of the fields of a signal' or nil
  end
  if not (held[1] and held[2] and held[3] and held[4]) then
    return 'one of its fields schema, epoch, sum and body is missing'
  end
  if (tonumber(held[1]) or 0) > tonumber(ARGV[2]) then
    return 'its schema version was ' .. held[1] .. ', this program reads up to ' .. ARGV[2]
      .. '; a newer version of the program wrote it'
  end
  if not fits(held[3], held[1], held[2], held[4]) then
    return 'its checksum does not fit what it says'
  end
  return nil
end

local version = 0
local known = false

-- Returns LOST with the newer epoch; DONE if this writer's request was carried out or overtaken by a later one; else nil.
local function fenced()
  local seen = redis.call('HMGET', KEYS[2], 'epoch', 'version', ARGV[4])
  if seen[1] and tonumber(seen[1]) > tonumber(ARGV[3]) then
    return 'LOST ' .. seen[1]
  end
  if seen[3] and tonumber(seen[3]) >= tonumber(ARGV[5]) then
    return 'DONE'
  end
  version = tonumber(seen[2] or 0)
  known = seen[3]
  return nil
end

-- Remembers this request. Of the writers, the sixteen most recent are remembered.
local function remember()
  redis.call('HSET', KEYS[2], 'epoch', ARGV[3], 'version', version, ARGV[4], ARGV[5])
  if not known and redis.call('HLEN', KEYS[2]) > 18 then
    local all = redis.call('HGETALL', KEYS[2])
    local oldest, least
    for i = 1, #all, 2 do
      local sequence = tonumber(all[i + 1])
      if all[i] ~= 'epoch' and all[i] ~= 'version' and (not least or sequence < least) then
        oldest, least = all[i], sequence
      end
    end
    redis.call('HDEL', KEYS[2], oldest)
  end
end
