-- Gives a Session up, if it is still the caller's. KEYS: session. ARGV: token of the owner.
if redis.call('HGET', KEYS[1], 'owner') == ARGV[1] then
    redis.call('HDEL', KEYS[1], 'owner', 'owner_name', 'owner_since')
end
return 1
