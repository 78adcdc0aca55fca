namespace NadooIt.Data.Audit;

/// <summary>What the database itself does for the audit trail. This file is named as one of the few that speak SQL.</summary>
internal static class AuditSchema
{
    /// <summary>
    /// Everything that an entry says, as one text that does not depend on the session: what is chained. The verifier
    /// has its own copy of it in each statement and asks no function of the database.
    /// </summary>
    public const string Content =
        """
        jsonb_build_array(entry.id, entry.number, extract(epoch FROM entry.at), entry.person_id, entry.api_key_id, entry.contract_id, entry.ability,
            entry.purpose, entry.from_address, entry.customer_id, entry.subject, entry.subject_id, entry.action, entry.before, entry.after, entry.trace_id)::text
        """;

    /// <summary>
    /// Entries and links refuse every change and removal, whoever asks. A trigger links each entry when its transaction
    /// commits, with the rights of the schema's owner: writers of one customer wait for each other only while they commit.
    /// Entries from before there was a chain are linked once.
    /// </summary>
    public const string Script =
        $"""
        CREATE OR REPLACE FUNCTION nadooit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN
            RAISE EXCEPTION '% only grows', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
        END $body$;

        CREATE OR REPLACE FUNCTION nadooit_chain(entry audit_entry) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
        DECLARE
            head audit_head;
        BEGIN
            INSERT INTO audit_head (customer_id, length, hash) VALUES (entry.customer_id, 0, '') ON CONFLICT DO NOTHING;
            SELECT * INTO STRICT head FROM audit_head WHERE customer_id = entry.customer_id FOR UPDATE;
            head.hash := sha256(head.hash || convert_to({Content}, 'UTF8'));
            INSERT INTO audit_link (customer_id, position, entry_id, hash) VALUES (entry.customer_id, head.length + 1, entry.id, head.hash);
            UPDATE audit_head SET length = head.length + 1, hash = head.hash WHERE customer_id = entry.customer_id;
        END $body$;
        REVOKE ALL ON FUNCTION nadooit_chain(audit_entry) FROM PUBLIC;

        CREATE OR REPLACE FUNCTION nadooit_chain_new() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
        BEGIN
            PERFORM nadooit_chain(NEW);
            RETURN NULL;
        END $body$;
        REVOKE ALL ON FUNCTION nadooit_chain_new() FROM PUBLIC;

        DROP TRIGGER IF EXISTS only_grows ON audit_entry;
        CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION nadooit_only_grows();
        DROP TRIGGER IF EXISTS only_grows ON audit_link;
        CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_link FOR EACH STATEMENT EXECUTE FUNCTION nadooit_only_grows();
        DROP TRIGGER IF EXISTS chained ON audit_entry;
        CREATE CONSTRAINT TRIGGER chained AFTER INSERT ON audit_entry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION nadooit_chain_new();

        DO $body$
        DECLARE
            entry audit_entry;
        BEGIN
            IF NOT EXISTS (SELECT 1 FROM audit_head) THEN
                FOR entry IN SELECT * FROM audit_entry ORDER BY at, number LOOP
                    PERFORM nadooit_chain(entry);
                END LOOP;
            END IF;
        END $body$;

        """;
}
