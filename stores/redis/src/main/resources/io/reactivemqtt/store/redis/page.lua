-- Reads some entries of a section in their order. Returns 1, then of each its member, state and content; or 0 alone: another is the
-- owner; or 2 alone: entries are there that have no place in the order.
-- KEYS: session, content, state, order. ARGV: token of the owner, or '' for whoever looks; where to begin and to end; how many at most;
-- how many bytes, which the last may go beyond.
local content, state = KEYS[2], KEYS[3]
if ARGV[1] ~= '' and redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then
    return {0}
end
if redis.call('HLEN', content) > redis.call('ZCARD', KEYS[4]) then
    return {2}
end
local page = {1}
local bytes = 0
for _, member in ipairs(redis.call('ZRANGEBYLEX', KEYS[4], ARGV[2], ARGV[3], 'LIMIT', 0, ARGV[4])) do
    local row = string.sub(member, 1, 1) .. string.sub(member, -8)
    local its = redis.call('HGET', content, row) or ''
    page[#page + 1] = member
    page[#page + 1] = redis.call('HGET', state, row) or ''
    page[#page + 1] = its
    bytes = bytes + #its
    if bytes > tonumber(ARGV[5]) then break end
end
return page
