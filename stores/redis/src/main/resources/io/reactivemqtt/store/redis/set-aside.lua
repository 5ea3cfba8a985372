-- Moves an entry that cannot be read to the stream of those; returns 1, or 0: another is the owner.
-- KEYS: session, content, state, order, aside. ARGV: token of the owner, row, its name, why.
local session, content, state, order, aside = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
if redis.call('HGET', session, 'owner') ~= ARGV[1] then
    return 0
end
local row = ARGV[2]
redis.call('XADD', aside, '*', 'row', ARGV[3], 'reason', ARGV[4], 'state', redis.call('HGET', state, row) or '',
    'content', redis.call('HGET', content, row) or '')
redis.call('HDEL', content, row)
redis.call('HDEL', state, row)
local kind, key = string.sub(row, 1, 1), string.sub(row, 2)
if redis.call('ZREM', order, kind .. '\0' .. key) == 0 then
    for _, member in ipairs(redis.call('ZRANGEBYLEX', order, '[' .. kind .. '\1', '(' .. kind .. '\2')) do
        if string.sub(member, -8) == key then
            redis.call('ZREM', order, member)
        end
    end
end
return 1
