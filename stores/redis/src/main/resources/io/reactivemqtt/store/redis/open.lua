-- Makes whoever calls the owner of a Session; returns the epoch, one more than that of the owner before.
-- KEYS: session. ARGV: version of the form, namespace, Client Identifier, token of the owner, its name, channel, tag, and the first token of
-- an owner that opens it again, or nothing; -1 if another one has opened it since.
local session = KEYS[1]
local version = redis.call('HGET', session, 'version')
if version and tonumber(version) > tonumber(ARGV[1]) then
    return redis.error_reply('NEWER the Session is of version ' .. version .. ', and this release knows up to ' .. ARGV[1]
        .. '. Use the newer release again')
end
if ARGV[8] ~= '' and redis.call('HGET', session, 'first') ~= ARGV[8] then
    return -1
end
local now = redis.call('TIME')
local epoch = redis.call('HINCRBY', session, 'epoch', 1)
redis.call('HSET', session, 'version', ARGV[1], 'namespace', ARGV[2], 'client', ARGV[3], 'owner', ARGV[4], 'owner_name', ARGV[5],
    'owner_since', now[1], 'appended', 0, 'first', ARGV[8] == '' and ARGV[4] or ARGV[8])
redis.pcall('PUBLISH', ARGV[6], ARGV[7] .. ' ' .. ARGV[4]) -- a hint: who may not send it owns the Session all the same
return epoch
