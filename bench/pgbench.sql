-- The same work as recording one execution, as one transaction per call: one execution with its indexes and unique
-- reference, two ledger lines, one balance update.
\set account random(1, :accounts)
\set saved random(1, 120)
BEGIN;
UPDATE bench.account SET balance = balance - :saved, chain_length = chain_length + 1 WHERE number = :account;
INSERT INTO bench.execution (customer_id, customer_program_id, person_id, reference, occurred_at, recorded_at, saved, prepaid, billed, price_mode, rate, price, saved_before, time_balance_after, status, content_hash)
SELECT customer_id, id, customer_id, gen_random_uuid()::text, now(), now(), :saved, :saved, 0, 1, 0.01, 0, 0, 0, 2, '\x00112233445566778899aabbccddeeff' FROM bench.account WHERE number = :account;
INSERT INTO bench.transfer (customer_id, unit, from_account_id, to_account_id, amount, kind, chain_account_id, chain_position, balance_after, execution_id, booked_by, booked_at, hash)
SELECT customer_id, 1, id, customer_id, :saved, 2, gen_random_uuid(), chain_length, balance, gen_random_uuid(), customer_id, now(), sha256('line') FROM bench.account WHERE number = :account;
INSERT INTO bench.transfer (customer_id, unit, from_account_id, to_account_id, amount, kind, chain_account_id, chain_position, balance_after, execution_id, booked_by, booked_at, hash)
SELECT customer_id, 1, customer_id, id, :saved, 2, gen_random_uuid(), chain_length, balance, gen_random_uuid(), customer_id, now(), sha256('line') FROM bench.account WHERE number = :account;
END;
