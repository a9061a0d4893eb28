-- KEYS[1] the trade log   KEYS[2] the ids in it
-- ARGV[1] the slot's name, strategy:symbol   ARGV[2] the id of the signal in the log   ARGV[3] the entry

local wrong = unusable(KEYS[1], KEYS[2], ARGV[1], ARGV[3])
if wrong then
  return wrong
end
append(KEYS[1], KEYS[2], ARGV[2], ARGV[3])
return 'OK'
