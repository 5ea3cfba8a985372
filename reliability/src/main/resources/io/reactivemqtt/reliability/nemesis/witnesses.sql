-- What the handlers leave, in the order of their statements.
CREATE TABLE handled (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner integer NOT NULL,
    topic text NOT NULL,
    id bigint NOT NULL
);

-- Who has written to the Session, and who owned it then: seen by the database itself, in the transaction of the write.
CREATE TABLE append (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    writer text NOT NULL,
    owner text NOT NULL,
    epoch bigint NOT NULL,
    changed boolean NOT NULL -- an append of an earlier owner runs its statements too, on no row
);

CREATE FUNCTION witness_append() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    anything boolean := EXISTS (SELECT FROM changed);
BEGIN
    INSERT INTO append (writer, owner, epoch, changed)
        SELECT current_setting('application_name'), owner_name, owner_epoch, anything FROM mqtt_session
            WHERE client_identifier = 'nemesis' AND (anything OR owner_name <> current_setting('application_name'));
    RETURN NULL;
END $$;

CREATE TRIGGER witness_insert AFTER INSERT ON mqtt_entry
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION witness_append();
CREATE TRIGGER witness_update AFTER UPDATE ON mqtt_entry
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION witness_append();
CREATE TRIGGER witness_delete AFTER DELETE ON mqtt_entry
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION witness_append();
