-- Does to a Session what its owner appends: all of it, or nothing. Returns 1, or why nothing was done: 0 another is the owner, 2 what
-- this owner appended before is not all there.
-- KEYS: session, content, state, order.
-- ARGV: token of the owner, its epoch, the number of this append, then flags 'd', the Session is discarded first, and 'a', something is
-- added; then an effect each: a letter, the row (kind, 8 bytes of key), and behind it
--   r  nothing: the row goes
--   c  place, identifier, '1' if that changes: the message changes if it is there, and not released
--   p  place, identifier, '1' if a row that is there gets this place too; and as an argument of its own the content
-- A place is 8 bytes, all 0 for none; an identifier 2. What is written has been looked at before: Redis takes nothing back.
local session, content, state, order = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local call, sub = redis.call, string.sub
local NO_PLACE = string.rep('\0', 8)
local NOTHING = string.rep('\0', 10)
local RESERVED = '\0\128' .. string.rep('\0', 6) .. '\1'

local found = call('HMGET', session, 'owner', 'epoch', 'appended')
if found[1] ~= ARGV[1] then
    if found[2] and tonumber(found[2]) < tonumber(ARGV[2]) then
        return 2 -- Redis has forgotten that this one is the owner
    end
    return 0
end
local number = tonumber(ARGV[3])
local appended = tonumber(found[3] or -1)
if appended == number then
    return 1 -- the driver repeats it on a new connection
elseif appended ~= number - 1 then
    return 2
end
call('HLEN', content) -- a key of another type fails here, before anything is written
call('HLEN', state)
call('ZCARD', order)

local function member(row, place)
    if place == NO_PLACE then
        return sub(row, 1, 1) .. '\0' .. sub(row, 2)
    end
    return sub(row, 1, 1) .. '\1' .. place .. sub(row, 2)
end

local function setState(row, old, new)
    if new ~= NOTHING then
        if new ~= old then call('HSET', state, row, new) end
    elseif old ~= NOTHING then
        call('HDEL', state, row)
    end
end

local function remove(row)
    if call('HDEL', content, row) == 1 then
        local old = call('HGET', state, row) or NOTHING
        setState(row, old, NOTHING)
        call('ZREM', order, member(row, sub(old, 1, 8)))
    end
end

local function change(effect, row)
    if call('HEXISTS', content, row) == 0 then return end
    local old = call('HGET', state, row) or NOTHING
    if sub(old, 1, 8) ~= NO_PLACE then return end
    local place = sub(effect, 11, 18)
    local identifier = sub(old, 9, 10)
    if sub(effect, 21, 21) == '1' then identifier = sub(effect, 19, 20) end
    if place ~= NO_PLACE then
        call('ZREM', order, member(row, NO_PLACE))
        call('ZADD', order, 0, member(row, place))
    end
    setState(row, old, place .. identifier)
end

local function put(effect, row, bytes)
    local isNew = call('HSET', content, row, bytes) == 1
    local old = not isNew and call('HGET', state, row) or NOTHING
    local before = sub(old, 1, 8)
    local place = sub(effect, 11, 18)
    if not isNew and sub(effect, 21, 21) ~= '1' then place = before end
    if isNew then
        call('ZADD', order, 0, member(row, place))
    elseif place ~= before then
        call('ZREM', order, member(row, before))
        call('ZADD', order, 0, member(row, place))
    end
    setState(row, old, place .. sub(effect, 19, 20))
end

-- The highest sequence stays, and receipts that outlive the Session do: those with an identifier that is not 0.
local function discard()
    local kept = {}
    local reserved = call('HGET', content, RESERVED)
    if reserved then kept[1] = {RESERVED, reserved} end
    for _, receipt in ipairs(call('ZRANGEBYLEX', order, '[\3\0', '(\3\1')) do
        local row = '\3' .. sub(receipt, 3)
        local its = call('HGET', state, row)
        if its and sub(its, 9, 10) ~= '\0\0' then
            kept[#kept + 1] = {row, call('HGET', content, row) or '', its}
        end
    end
    call('UNLINK', content, state, order)
    for _, entry in ipairs(kept) do
        call('HSET', content, entry[1], entry[2])
        call('ZADD', order, 0, member(entry[1], NO_PLACE))
        if entry[3] then call('HSET', state, entry[1], entry[3]) end
    end
end

local adds = string.find(ARGV[4], 'a', 1, true)
if adds then
    call('HSET', session, 'appended', ARGV[3]) -- the first to be written: refused where there is no memory left, and all else with it
end
if string.find(ARGV[4], 'd', 1, true) then discard() end
local i = 5
while i <= #ARGV do
    local effect = ARGV[i]
    local letter, row = sub(effect, 1, 1), sub(effect, 2, 10)
    i = i + 1
    if letter == 'r' then
        remove(row)
    elseif letter == 'c' then
        change(effect, row)
    else
        put(effect, row, ARGV[i])
        i = i + 1
    end
end
if not adds then
    call('HSET', session, 'appended', ARGV[3]) -- behind what only takes away, which needs no memory
end
return 1
