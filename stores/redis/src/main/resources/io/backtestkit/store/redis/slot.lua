-- What every script that changes slots begins with.
--
-- KEYS the record and the fence of each slot, by turns
-- ARGV[1] the schema this program knows
-- ARGV[2] the writer   ARGV[3] the number of this request, growing with each request of the writer
-- ARGV[4] the epoch of the claim that the request carries, 0 for none   ARGV[5] the owner of that claim
-- ARGV[6] the slot's name, strategy:symbol; only write.lua takes several

local sha1, call = redis.sha1hex, redis.call
local schema, writer, number, epoch, owner = unpack(ARGV, 1, 5)
local mine = ' ' .. writer .. ':(%d+)'

-- Returns the fields; an empty table if there is no such key; or nil and what is wrong.
local function fields(name, what, ...)
  local held = redis.pcall('HMGET', name, ...)
  if held.err then
    if string.find(held.err, 'WRONGTYPE', 1, true) then
      return nil, what .. ' is not a hash'
    end
    error(held.err, 0)
  end
  local found = 0
  for i = 1, #held do
    if held[i] then
      found = found + 1
    end
  end
  if found == #held then
    return held
  end
  if found > 0 then
    return nil, 'a field of ' .. what .. ' is missing'
  end
  if call('EXISTS', name) == 1 then
    return nil, what .. ' has none of its fields'
  end
  return {}
end

local function sealed(digest, epoch, version)
  return sha1(digest .. '\n' .. epoch .. '\n' .. version)
end

local function digest(slot, schema, body)
  return sha1(slot .. '\n' .. schema .. '\n' .. body)
end

-- Returns epoch and version of a record that is whole, as text, 0 if there is none; or nil and what is wrong.
local function record(name, slot)
  if call('EXISTS', name) == 0 then -- quicker than to ask for its fields
    return '0', '0'
  end
  local held, wrong = fields(name, 'the record', 'schema', 'epoch', 'version', 'sum', 'body')
  if not held then
    return nil, wrong
  end
  if held[1] ~= schema and (tonumber(held[1]) or 0) > tonumber(schema) then
    return nil, 'its schema version was ' .. string.gsub(held[1], '%c', ' ') .. ', this program reads up to ' .. schema
      .. '; a newer version of the program wrote it'
  end
  if sealed(digest(slot, held[1], held[5]), held[2], held[3]) ~= held[4] then
    return nil, 'its checksum does not fit what it says'
  end
  return held[2], held[3]
end

local function digits(number)
  return string.format('%.0f', number)
end

local function fence_sum(slot, held)
  return sha1(slot .. '\n' .. held.epoch .. '\n' .. held.owner .. '\n' .. held.ends .. '\n' .. held.version .. '\n'
    .. held.recent)
end

-- Returns what is remembered of a slot, as text, and whether its claim is to be kept anew; or nil and what is wrong with it.
local function fence(name, slot)
  local found, wrong = fields(name, 'its fence', 'epoch', 'owner', 'until', 'version', 'recent', 'sum')
  if not found then
    return nil, wrong
  end
  if not found[1] then
    return { epoch = '0', owner = '', ends = '0', version = '0', recent = '', claims = true }
  end
  local held = { epoch = found[1], owner = found[2], ends = found[3], version = found[4], recent = found[5] }
  if fence_sum(slot, held) ~= found[6] then
    return nil, 'the checksum of its fence does not fit what it says'
  end
  return held
end

local function keep(name, slot, held)
  local sum = fence_sum(slot, held)
  if held.claims then
    call('HSET', name, 'version', held.version, 'recent', held.recent, 'sum', sum,
      'epoch', held.epoch, 'owner', held.owner, 'until', held.ends)
  else
    call('HSET', name, 'version', held.version, 'recent', held.recent, 'sum', sum)
  end
end

-- Stores a signal under the slot's next version.
local function put(name, held, sent, body, time_to_live)
  held.version = digits(held.version + 1)
  call('HSET', name, 'schema', schema, 'epoch', held.epoch, 'version', held.version,
    'sum', sealed(sent, held.epoch, held.version), 'body', body)
  if time_to_live ~= '0' then
    call('PEXPIRE', name, time_to_live)
  elseif held.stored then
    call('PERSIST', name)
  end
end

local function set_claim(held, its_epoch, its_owner, ends)
  held.epoch, held.owner, held.ends, held.claims = its_epoch, its_owner, ends, true
end

-- Returns what is remembered of a slot whose record is whole, too, and whether there is a record; or nil and what is wrong.
local function whole(record_name, fence_name, slot)
  local its_epoch, version = record(record_name, slot)
  if not its_epoch then
    return nil, version
  end
  local held, wrong = fence(fence_name, slot)
  if not held then
    return nil, wrong
  end
  held.stored = version ~= '0'
  if version ~= held.version and tonumber(version) > tonumber(held.version) then
    held.version = version
  end
  if its_epoch ~= held.epoch and tonumber(its_epoch) > tonumber(held.epoch) then
    set_claim(held, its_epoch, '', '0')
  end
  return held
end

-- Returns the number of the latest request of this writer that was carried out; 0 if there is none.
local function latest(held)
  return tonumber(string.match(held.recent, mine) or 0)
end

-- Remembers the request. Of the writers, the sixteen that came last are remembered.
local function remember(held)
  local others, known = string.gsub(held.recent, mine, '', 1)
  if known == 0 and select(2, string.gsub(others, ' ', ' ')) >= 16 then
    others = string.gsub(others, '^ [^ ]+', '', 1)
  end
  held.recent = others .. ' ' .. writer .. ':' .. number
end

-- Returns the server's time in milliseconds.
local function now()
  local time = call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function says(kind, held)
  if held.owner == '' then
    return kind
  end
  return kind .. ' ' .. held.epoch .. ' ' .. held.ends .. ' ' .. held.owner
end

-- Returns LOST if the claim is not the slot's, CLAIMED if there is none and another's lease runs; else nil.
local function refusal(held)
  if epoch ~= '0' then
    return (held.epoch ~= epoch or held.owner ~= owner) and says('LOST', held) or nil
  end
  return held.owner ~= '' and now() < tonumber(held.ends) and says('CLAIMED', held) or nil
end

-- Returns why a change is not to be made: DONE if it was already, or was overtaken by a later one of the writer; else nil.
local function superfluous(held)
  local last = latest(held)
  if last == tonumber(number) then
    return 'DONE'
  end
  return refusal(held) or last > tonumber(number) and 'DONE' or nil
end
